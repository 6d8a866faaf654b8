import type { Connection } from 'mongoose';
import type { Recipient } from './delivery/contract.ts';
import type { Delivery } from './delivery/delivery.ts';
import { reviewButton } from './features/businesses/approval.views.ts';
import type { Business, Businesses } from './features/businesses/businesses.service.ts';
import { deskNews, type ShownNews } from './features/desk/desk-news.views.ts';
import { createDeskNews, type DeskNewsItem } from './features/desk/desk-news.service.ts';
import { cardButton } from './features/desk/desk.views.ts';
import type { Member, Members } from './features/members/members.service.ts';
import {
  DESK_ROLES,
  type MemberAct,
  type Obstacle,
  type Obstacles,
  type Scope,
} from './features/obstacles/obstacles.service.ts';
import type { Translator } from './language/translator.ts';
import type { OutgoingMessage } from './messengers/messenger.ts';

const ADDED_TOGETHER_MS = 600_000;

interface DeskNewsWiring {
  connection: Connection;
  members: Pick<Members, 'find' | 'withRole'>;
  businesses: Pick<Businesses, 'find'>;
  obstacles: () => Pick<Obstacles, 'visibleTo'>;
  scopeOf: (memberId: string) => Promise<Scope | null>;
  delivery: () => Delivery;
  recipientOf: (member: Member) => Recipient;
  togetherMs: number;
  atWakingHours: (memberId: string, at: Date) => Promise<Date>;
  now: () => Date;
}

/** Puts together who of the secretariat hears of what members do. */
export function wireDeskNews(deps: DeskNewsWiring) {
  const { members, delivery, recipientOf } = deps;
  const news = createDeskNews({
    ...deps,
    async notify({ hearerId, slot }) {
      const hearer = await members.find(hearerId);
      if (!hearer) return;
      await delivery().notify({
        key: `desk-news:${hearerId}:${slot.getTime()}`,
        recipient: recipientOf(hearer),
        kind: 'desk-news',
        payload: { slot: slot.toISOString() },
        ...(deps.togetherMs === 0 ? {} : { dueAt: slot }),
      });
    },
  });

  const canHear = ({ accounts }: Member) => accounts.some(({ reachable }) => reachable);

  /** Those whose part it is; where there is no such officer, who leads the desk. */
  async function whosePart(fits: (member: Member) => Promise<boolean>): Promise<Member[]> {
    const staff = (await members.withRole(DESK_ROLES)).filter(canHear);
    const fitting: Member[] = [];
    for (const one of staff) if (one.roles.includes('officer') && (await fits(one))) fitting.push(one);
    if (fitting.length > 0) return fitting;
    return staff.filter(({ roles }) => roles.includes('head') || roles.includes('admin'));
  }

  async function hearersOf({ id, assigneeId, reporterId }: Obstacle): Promise<string[]> {
    const mayAct = async ({ id: memberId, roles }: Member) =>
      memberId !== reporterId && (await deps.obstacles().visibleTo({ id: memberId, roles }, id)) !== null;
    const assignee = assigneeId === null ? null : await members.find(assigneeId);
    if (assignee && canHear(assignee) && assignee.roles.some((role) => DESK_ROLES.includes(role))) return [assignee.id];
    return (await whosePart(mayAct)).map((one) => one.id);
  }

  async function shown({ what, subjectId }: DeskNewsItem, hearer: Member): Promise<ShownNews | null> {
    if (what === 'registration') {
      const business = await deps.businesses.find(subjectId);
      return business?.status === 'waiting'
        ? { what, title: business.name, code: null, opens: reviewButton.data(business.id) }
        : null;
    }
    const obstacle = await deps.obstacles().visibleTo({ id: hearer.id, roles: hearer.roles }, subjectId);
    return obstacle && { what, title: obstacle.title, code: obstacle.code, opens: cardButton.data(obstacle.id) };
  }

  return {
    async memberActed({ what, obstacle, source }: MemberAct): Promise<void> {
      // Several additions, and the edits of one, are one thing to look at.
      const window = Math.floor(deps.now().getTime() / ADDED_TOGETHER_MS);
      const told = what === 'addition' ? `${obstacle.id}:${window}` : source;
      await news.tell({ what, subjectId: obstacle.id, source: told }, await hearersOf(obstacle));
    },

    async tellWaiting({ id, version, cityCode }: Business): Promise<void> {
      const hearers = await whosePart(async (member) => {
        const cities = (await deps.scopeOf(member.id))?.cities ?? [];
        return cities.length === 0 || cities.includes(cityCode);
      });
      const act = { what: 'registration', subjectId: id, source: `${id}:${version}` } as const;
      await news.tell(
        act,
        hearers.map((one) => one.id),
      );
    },

    /** Built when it leaves: whoever has lost the role hears nothing, and what has been dealt with is left out. */
    async render(
      { slot }: { slot: string },
      { memberId, t }: { memberId: string; t: Translator },
    ): Promise<OutgoingMessage[]> {
      const hearer = await members.find(memberId);
      if (!hearer?.roles.some((role) => DESK_ROLES.includes(role))) return [];
      const items = await news.inSlot(memberId, new Date(slot));
      const all = await Promise.all(items.map((item) => shown(item, hearer)));
      const left = all.filter((one) => one !== null);
      return left.length > 0 ? [deskNews(t, left)] : [];
    },

    moveMember: (from: string, into: string) => news.moveMember(from, into),
    forgetMember: (id: string) => news.forgetMember(id),
  };
}
