import { Types, type Connection } from 'mongoose';
import { toAsciiDigits } from '../../language/persian-text.ts';
import type { Audit } from '../audit/audit.service.ts';
import type { Account, Member, Members, Role } from '../members/members.service.ts';
import { DESK_ROLES, type Actor, type Scope } from '../obstacles/obstacles.service.ts';
import { scopeModel, selectionModel, templateModel, type TemplateDocument } from './desk.model.ts';

export interface Template {
  id: string;
  name: string;
  act: string;
  body: string;
}

/** What stands in a template for the case's own: `[نام]` or `[name]`. */
const VARIABLES: Readonly<Record<string, keyof TemplateValues>> = {
  نام: 'name',
  کد: 'code',
  عنوان: 'title',
  مهلت: 'due',
  name: 'name',
  code: 'code',
  title: 'title',
  due: 'due',
};

export interface TemplateValues {
  name: string;
  code: string;
  title: string;
  due: string;
}

/** Fills the variables; brackets with anything else in them stay as they are. */
export function fillTemplateBody(body: string, values: TemplateValues): string {
  return body.replace(/\[([^[\]]+)\]/gu, (whole, inside: string) => {
    const name = inside.trim();
    const variable = Object.hasOwn(VARIABLES, name) ? VARIABLES[name] : undefined;
    return variable === undefined ? whole : values[variable];
  });
}

export const ROLES: readonly Role[] = ['officer', 'head', 'council', 'admin'];
export const MAX_SELECTED = 20;
const MAX_TEMPLATES = 60;

/** `telegram:123`, also with Persian digits. */
export function readAccount(typed: string): Account | null {
  const [, messenger, userId] = /^(telegram|bale):(\d{1,16})$/i.exec(toAsciiDigits(typed.trim())) ?? [];
  if (messenger === undefined || userId === undefined) return null;
  return { messenger: messenger.toLowerCase() as Account['messenger'], userId: Number(userId) };
}

export type Desk = ReturnType<typeof createDesk>;

/** What the desk keeps for itself: templates, who answers for what, ticked cases, and the granting of roles. */
export function createDesk({
  connection,
  members,
  audit,
  now,
  leftTheDesk = async () => {},
}: {
  connection: Connection;
  members: Members;
  audit: Pick<Audit, 'record'>;
  now: () => Date;
  /** Somebody has no role on the desk any more: their cases go back to the queue. Repeatable. */
  leftTheDesk?: (leaver: Member, by: string | null) => Promise<void>;
}) {
  const Template = templateModel(connection);
  const Scopes = scopeModel(connection);
  const Selection = selectionModel(connection);
  const leads = (actor: Actor) => actor.roles.includes('head') || actor.roles.includes('admin');

  return {
    /** For who works at the desk; none for anybody else. */
    async templates(actor: Pick<Actor, 'roles'>): Promise<Template[]> {
      if (!hasDeskRole(actor)) return [];
      const found = await Template.find({}).sort({ name: 1 }).limit(MAX_TEMPLATES).lean();
      return found.map(toTemplate);
    },

    async template(actor: Pick<Actor, 'roles'>, id: string): Promise<Template | null> {
      const found =
        hasDeskRole(actor) && Types.ObjectId.isValid(id)
          ? await Template.findById(new Types.ObjectId(id)).lean()
          : null;
      return found && toTemplate(found);
    },

    /** Adds a template, or changes the one of this name. False for who may not. */
    async saveTemplate(actor: Actor, { name, act, body }: Omit<Template, 'id'>, source: string): Promise<boolean> {
      if (!leads(actor)) return false;
      const before = await Template.findOneAndUpdate({ name }, { $set: { act, body } }, { upsert: true, lean: true });
      await audit.record({
        actorId: actor.id,
        act: 'template.save',
        subject: { kind: 'template', id: name },
        before: before && { act: before.act, body: before.body },
        after: { act, body },
        source,
      });
      return true;
    },

    async removeTemplate(actor: Actor, id: string, source: string): Promise<boolean> {
      if (!leads(actor) || !Types.ObjectId.isValid(id)) return false;
      const removed = await Template.findOneAndDelete({ _id: new Types.ObjectId(id) }).lean();
      if (removed) {
        await audit.record({
          actorId: actor.id,
          act: 'template.remove',
          subject: { kind: 'template', id: removed.name },
          before: { act: removed.act, body: removed.body },
          source,
        });
      }
      return true;
    },

    /** Null: the officer answers for everything. */
    async scopeOf(memberId: string): Promise<Scope | null> {
      if (!Types.ObjectId.isValid(memberId)) return null;
      const found = await Scopes.findById(new Types.ObjectId(memberId)).lean();
      return found && { categories: found.categories, cities: found.cities };
    },

    async setScope(actor: Actor, memberId: string, scope: Scope, source: string): Promise<boolean> {
      if (!actor.roles.includes('admin')) return false;
      const before = await this.scopeOf(memberId);
      const { categories, cities } = scope;
      await Scopes.updateOne(
        { _id: new Types.ObjectId(memberId) },
        { $set: { categories: [...categories], cities: [...cities] } },
        { upsert: true },
      );
      const subject = { kind: 'member', id: memberId };
      await audit.record({ actorId: actor.id, act: 'role.scope', subject, before, after: scope, source });
      return true;
    },

    /** Everyone with a role. */
    staff: async (actor: Pick<Actor, 'roles'>): Promise<Member[]> =>
      hasDeskRole(actor) ? members.withRole(ROLES) : [],

    /**
     * Gives a role, or takes it. An admin can't take the own admin role: somebody must be left to give it back.
     * @param actor null for the operator at the server's own console
     */
    async setRole(
      actor: Actor | null,
      change: { account: Account; role: Role; granted: boolean; source: string },
    ): Promise<'done' | 'forbidden' | 'own-admin'> {
      const { account, role, granted, source } = change;
      if (actor && !actor.roles.includes('admin')) return 'forbidden';
      const before = await members.behind(account);
      if (actor && !granted && role === 'admin' && before?.id === actor.id) return 'own-admin';
      if (granted) await members.grant(account, role);
      else await members.revoke(account, role);
      const after = await members.behind(account);
      await audit.record({
        actorId: actor?.id ?? null,
        act: granted ? 'role.grant' : 'role.revoke',
        subject: { kind: 'member', id: after?.id ?? `${account.messenger}:${account.userId}` },
        before: { roles: before?.roles ?? [] },
        after: { roles: after?.roles ?? [] },
        source,
      });
      if (!granted && after && !hasDeskRole(after)) await leftTheDesk(after, actor?.id ?? null);
      return 'done';
    },

    /** Ticks a case, or unticks it. Gives what is ticked now; null where no more of them have room. */
    async toggleSelected(memberId: string, caseId: string): Promise<string[] | null> {
      const selected = await this.selected(memberId);
      if (selected.length >= MAX_SELECTED && !selected.includes(caseId)) return null;
      const next = selected.includes(caseId) ? selected.filter((id) => id !== caseId) : [...selected, caseId];
      await Selection.updateOne(
        { _id: new Types.ObjectId(memberId) },
        { $set: { cases: next.map((id) => new Types.ObjectId(id)), at: now() } },
        { upsert: true },
      );
      return next;
    },

    async selected(memberId: string): Promise<string[]> {
      const found = await Selection.findById(new Types.ObjectId(memberId)).lean();
      return found?.cases.map((id) => id.toHexString()) ?? [];
    },

    async clearSelected(memberId: string): Promise<void> {
      await Selection.deleteOne({ _id: new Types.ObjectId(memberId) });
    },

    /**
     * Two people become one, and the one who stays does not have the roles of the other yet: who had none on the desk gets
     * the limits that come along with them. Where nothing comes along nothing is lifted, so that a repeated step, or one
     * that two processes do at once, never takes limits away.
     */
    async moveMember(from: string, to: string): Promise<void> {
      const carried = await this.scopeOf(from);
      const stays = carried && (await members.find(to));
      if (stays && !stays.roles.some((role) => DESK_ROLES.includes(role)))
        await Scopes.updateOne({ _id: new Types.ObjectId(to) }, { $set: carried }, { upsert: true });
      await this.forgetMember(from);
    },

    async forgetMember(id: string): Promise<void> {
      await Scopes.deleteOne({ _id: new Types.ObjectId(id) });
      await this.clearSelected(id);
    },
  };
}

const hasDeskRole = ({ roles }: Pick<Member, 'roles'>): boolean => roles.some((role) => DESK_ROLES.includes(role));

function toTemplate({ _id, name, act, body }: TemplateDocument): Template {
  return { id: _id.toHexString(), name, act, body };
}
