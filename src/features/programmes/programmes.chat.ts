import { Composer } from 'grammy';
import type { BotContext } from '../../bot/context.ts';
import type { Dialogues } from '../../bot/dialogue/engine.ts';
import type { MenuItem } from '../../bot/main-menu.ts';
import { inTehran, toIsoDay } from '../../language/jalali.ts';
import type { Translator } from '../../language/translator.ts';
import type { OutgoingMessage } from '../../messengers/messenger.ts';
import { picture } from '../../pictures/picture.ts';
import { DESK_ROLES } from '../obstacles/obstacles.service.ts';
import { answersOf } from './programmes.dialogues.ts';
import { mayKeep, mayWrite, nextStates, type Outcome, type Programme, type Programmes } from './programmes.service.ts';
import {
  PAGE_SIZE,
  followButton,
  keepButton,
  keepersPage,
  listButton,
  pictureButton,
  programmeButton,
  programmeList,
  programmeMessage,
  programmesPicture,
  progressNotice,
} from './programmes.views.ts';

export interface ProgrammesChatDeps {
  programmes: Programmes;
  begin: Dialogues['begin'];
  now: () => Date;
}

const todayOf = ({ now }: ProgrammesChatDeps): string => toIsoDay(inTehran(now()));

/** More would be longer than a picture may be. */
const PICTURED = 15;
const LAST_PAGE = 100;

const actorOf = (ctx: BotContext) => ({ id: ctx.person.id, roles: ctx.person.roles });

export function programmesMenu(deps: ProgrammesChatDeps): MenuItem {
  return {
    name: 'programmes',
    label: 'programmes.menu.programmes',
    open: async (ctx) => {
      await ctx.show(await list(deps, ctx, 0));
    },
  };
}

async function list(deps: ProgrammesChatDeps, ctx: BotContext, page: number): Promise<OutgoingMessage> {
  const found = await deps.programmes.page(ctx.person, { skip: page * PAGE_SIZE, limit: PAGE_SIZE });
  return programmeList(ctx.t, { ...found, page, mayWrite: mayWrite(ctx.person), today: todayOf(deps) });
}

/** The programme as this person reads it. */
export async function pageOf(deps: ProgrammesChatDeps, ctx: BotContext, one: Programme): Promise<OutgoingMessage> {
  const isKeeper = mayKeep(ctx.person);
  // Whose case is linked hears of the programme without having asked, and must be able to leave it.
  const follows = await deps.programmes.followers.hears(one, ctx.person.id);
  return programmeMessage(ctx.t, one, { follows, mayKeep: isKeeper, today: todayOf(deps) });
}

export async function openProgramme(deps: ProgrammesChatDeps, ctx: BotContext, number: number): Promise<void> {
  const found = await deps.programmes.byNumber(ctx.person, number);
  await ctx.show(found ? await pageOf(deps, ctx, found) : { text: ctx.t.rich('programmes.act.gone') });
}

export function programmesChat(deps: ProgrammesChatDeps): Composer<BotContext> {
  const { programmes, begin } = deps;
  const chat = new Composer<BotContext>();

  chat.on('callback_query:data', async (ctx, next) => {
    const { data } = ctx.callbackQuery;
    const turned = listButton.read(data);
    if (turned) return showList(ctx, Number(turned.page));
    const opened = programmeButton.read(data);
    if (opened) return withProgramme(ctx, opened.id, async (one) => ctx.replace(await pageOf(deps, ctx, one)));
    const follow = followButton.read(data);
    if (follow) return withProgramme(ctx, follow.id, (one) => setFollowing(ctx, one, follow.act === 'follow'));
    const drawn = pictureButton.read(data);
    if (drawn) return showPicture(ctx, drawn.id);
    const kept = keepButton.read(data);
    return kept ? keep(ctx, kept.id, kept.act) : next();
  });

  async function withProgramme(ctx: BotContext, id: string, then: (one: Programme) => Promise<void>): Promise<void> {
    const found = await programmes.find(ctx.person, id);
    await (found ? then(found) : ctx.toast(ctx.t.text('programmes.act.gone')));
  }

  async function showList(ctx: BotContext, page: number): Promise<void> {
    if (!Number.isInteger(page) || page < 0 || page > LAST_PAGE) return ctx.toast(ctx.t.text('bot.error.staleButton'));
    await ctx.replace(await list(deps, ctx, page));
  }

  async function setFollowing(ctx: BotContext, one: Programme, follows: boolean): Promise<void> {
    await programmes.followers.set(one.id, ctx.person.id, follows);
    await ctx.toast(ctx.t.text(follows ? 'programmes.act.follows' : 'programmes.act.left'));
    await ctx.replace(await pageOf(deps, ctx, one));
  }

  async function showPicture(ctx: BotContext, id: string): Promise<void> {
    const one = id === '' ? null : await programmes.find(ctx.person, id);
    const shown = one ? [one] : (await programmes.page({ roles: [] }, { skip: 0, limit: PICTURED })).programmes;
    if (id !== '' && !one) return ctx.toast(ctx.t.text('programmes.act.gone'));
    const bytes = await picture(programmesPicture(ctx.t, shown, todayOf(deps)), { language: ctx.t.language });
    await ctx.show({
      text: one
        ? ctx.t.rich('programmes.page.title', { number: one.number, title: one.title })
        : ctx.t.rich('programmes.list.title'),
      media: { kind: 'photo', file: { bytes, fileName: 'programmes.png', mimeType: 'image/png' } },
    });
  }

  async function keep(ctx: BotContext, id: string, act: string): Promise<void> {
    // A button is no authority: it may be old, forged, or pressed by somebody whose role is gone.
    const forWriters = act === 'write' || act === 'edit' || act === 'running';
    if (!(forWriters ? mayWrite : mayKeep)(ctx.person)) return ctx.toast(ctx.t.text('programmes.act.forbidden'));
    if (act === 'write') return begin(ctx, 'write-programme');
    await withProgramme(ctx, id, async (one) => {
      switch (act) {
        // To begin harms nobody; an end is asked about, see `programmes.sure.ts`.
        case 'running':
          return showOutcome(ctx, await programmes.move(actorOf(ctx), id, { to: 'running', source: ctx.inboxId }));
        case 'home':
          return ctx.replace(
            keepersPage(ctx.t, one, {
              mayWrite: mayWrite(ctx.person),
              // Cases are the secretariat's: who may not see them can't name one.
              mayLink: ctx.person.roles.some((role) => DESK_ROLES.includes(role)),
              next: nextStates(one.state),
            }),
          );
        case 'progress':
          return begin(ctx, 'programme-note', { subject: id });
        case 'link':
          return begin(ctx, 'programme-link', { subject: id });
        case 'edit':
          return begin(ctx, 'write-programme', { subject: id, answers: answersOf(one) });
        default:
          return ctx.toast(ctx.t.text('bot.error.staleButton'));
      }
    });
  }

  async function showOutcome(ctx: BotContext, outcome: Outcome): Promise<void> {
    if (outcome.kind === 'forbidden' || outcome.kind === 'gone')
      return ctx.toast(ctx.t.text(`programmes.act.${outcome.kind}`));
    await ctx.toast(ctx.t.text(`programmes.act.${outcome.kind === 'done' ? 'saved' : 'movedOn'}`));
    await ctx.replace(await pageOf(deps, ctx, outcome.programme));
  }

  return chat;
}

/** How the outbox builds what has become of a programme. */
export async function renderProgress(
  programmes: Programmes,
  { programmeId, batch }: { programmeId: string; batch: number },
  { t, memberId }: { t: Translator; memberId: string },
): Promise<OutgoingMessage[]> {
  // Who has left since it was queued hears nothing more.
  if (await programmes.followers.hasLeft(programmeId, memberId)) return [];
  const found = await programmes.find({ roles: [] }, programmeId);
  return found ? [progressNotice(t, found, batch)] : [];
}
