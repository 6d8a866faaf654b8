import { Composer } from 'grammy';
import type { BotContext } from '../../bot/context.ts';
import type { Dialogues } from '../../bot/dialogue/engine.ts';
import type { MenuItem } from '../../bot/main-menu.ts';
import {
  ANSWERS,
  DESK_ROLES,
  type BoardSide,
  type Obstacles,
  type PublicCase,
} from '../obstacles/obstacles.service.ts';
import {
  boardPage,
  listButton,
  PAGE_SIZE,
  pickButton,
  pickPage,
  publicCaseButton,
  readView,
  startOf,
  type BoardState,
  type CategoryText,
} from './board.views.ts';
import {
  casePage,
  detailsButton,
  followButton,
  hiddenMessage,
  meTooButton,
  meTooDone,
  registerButton,
  registerFirst,
  staffButton,
  withdrawQuestion,
} from './case.views.ts';
import { waitingFor } from './ideas.chat.ts';
import { SIDE_TEXTS } from './sides.ts';

export interface BoardChatDeps {
  obstacles: Pick<Obstacles, 'board' | 'official' | 'support' | 'visibleTo' | 'showOnBoard'>;
  begin: Dialogues['begin'];
  categoryText: CategoryText;
  /** Opens the member's own report. */
  ownData: (id: string) => string;
}

/** «تابلوی موانع»: open to guests too. */
export function boardMenu(deps: BoardChatDeps): MenuItem {
  return {
    name: 'board',
    label: 'board.menu.board',
    async open(ctx) {
      await ctx.show(await listFor(deps, ctx, startOf('problems')));
    },
  };
}

/** «پیشنهادها و انتظارها»: the other side of the same board. */
export function ideasMenu(deps: BoardChatDeps): MenuItem {
  return {
    name: 'ideas',
    label: 'ideas.menu.ideas',
    async open(ctx) {
      await ctx.show(await listFor(deps, ctx, startOf('ideas')));
    },
  };
}

async function listFor({ obstacles, categoryText }: BoardChatDeps, ctx: BotContext, state: BoardState) {
  const [counts, found, waiting] = await Promise.all([
    obstacles.board.counts(state.side),
    obstacles.board.page(state, { page: state.page, size: PAGE_SIZE }),
    state.side === 'ideas' ? waitingFor(obstacles, ctx) : null,
  ]);
  return boardPage(ctx.t, { state, counts, found, categoryText, waiting });
}

/** Opens the public page of a case by its tracking code. False where the case is not for everybody. */
export async function openPublicCase(deps: BoardChatDeps, ctx: BotContext, code: string): Promise<boolean> {
  const found = await deps.obstacles.board.byCode(code);
  if (found) await ctx.show(await pageFor(deps, ctx, found));
  return found !== null;
}

async function pageFor(deps: BoardChatDeps, ctx: BotContext, found: PublicCase) {
  const { obstacles, categoryText } = deps;
  const standing = await obstacles.support.standing(ctx.person.id, found.id);
  const link = ctx.client.deepLink(`o_${found.code}`);
  return casePage(ctx.t, found, {
    standing,
    ownData: standing.own ? deps.ownData(found.id) : null,
    isStaff: await isStaffOf(deps, ctx, found.id),
    answers: ctx.person.roles.some((role) => ANSWERS.includes(role)),
    link,
    shareLink: ctx.client.shareLink(link, found.title),
    categoryText,
  });
}

async function isStaffOf({ obstacles }: BoardChatDeps, { person }: BotContext, id: string): Promise<boolean> {
  if (!person.roles.some((role) => DESK_ROLES.includes(role))) return false;
  return (await obstacles.visibleTo({ id: person.id, roles: person.roles }, id)) !== null;
}

const pageOf = (text: string): number => (/^\d{1,3}$/.test(text) ? Number(text) : 0);

const stateOf = (read: { view: string; category: string; city: string; page: string }): BoardState => ({
  ...readView(read.view),
  category: read.category === '' ? undefined : read.category,
  cityCode: read.city === '' ? undefined : read.city,
  page: pageOf(read.page),
});

export function boardChat(deps: BoardChatDeps): Composer<BotContext> {
  const { obstacles, begin, categoryText } = deps;
  const { support } = obstacles;
  const chat = new Composer<BotContext>();

  chat.on('callback_query:data', async (ctx, next) => {
    const { data } = ctx.callbackQuery;
    const list = listButton.read(data);
    if (list) return ctx.replace(await listFor(deps, ctx, stateOf(list)));
    const pick = pickButton.read(data);
    if (pick) {
      const what = pick.what === 'c' ? 'category' : 'city';
      const state = { ...stateOf(pick), page: 0 };
      const counts = await obstacles.board.counts(state.side);
      return ctx.replace(pickPage(ctx.t, { what, state, page: pageOf(pick.page), counts, categoryText }));
    }
    const open = publicCaseButton.read(data);
    // A new message: the list that it was chosen from stays.
    if (open) return showCase(ctx, open.id, 'show');
    const meToo = meTooButton.read(data);
    const details = detailsButton.read(data);
    const follow = followButton.read(data);
    const staff = staffButton.read(data);
    if (staff) return staffActs(ctx, staff);
    if (follow?.act === 'off') return unfollow(ctx, follow.id);
    if (registerButton.read(data)) return begin(ctx, 'registration');
    if (!meToo && !details && !follow) return next();
    // Who joins others must be somebody the secretariat can ask.
    if (!ctx.person.registered) return void (await ctx.show(registerFirst(ctx.t)));
    if (meToo) return sayMeToo(ctx, meToo);
    if (details) return addDetails(ctx, details.id);
    if (follow) return startFollowing(ctx, follow.id);
  });

  async function showCase(ctx: BotContext, id: string, how: 'show' | 'replace'): Promise<void> {
    const found = await obstacles.board.byId(id);
    if (!found) return ctx.toast(ctx.t.text('board.case.gone'));
    await ctx[how](await pageFor(deps, ctx, found));
  }

  const sideOfCase = async (id: string): Promise<BoardSide> => (await obstacles.board.byId(id))?.side ?? 'problems';

  async function sayMeToo(ctx: BotContext, { id, act }: { id: string; act: string }): Promise<void> {
    const side = await sideOfCase(id);
    const texts = SIDE_TEXTS[side];
    if (act === 'ask') return ctx.replace(withdrawQuestion(ctx.t, id, side));
    if (act === 'off') {
      await support.withdraw(ctx.person.id, id);
      await ctx.toast(ctx.t.text(texts.left));
      return showCase(ctx, id, 'replace');
    }
    const outcome = await support.endorse(ctx.person.id, id, { source: ctx.inboxId });
    if (outcome.kind === 'gone') {
      const isThere = (await obstacles.board.byId(id)) !== null;
      return ctx.toast(ctx.t.text(isThere ? texts.ended : 'board.case.gone'));
    }
    if (outcome.kind === 'own') return ctx.toast(ctx.t.text('board.meToo.own'));
    if (outcome.kind === 'full') return ctx.toast(ctx.t.text('board.meToo.full'));
    if (outcome.kind === 'added' && ctx.attempt === 1) await ctx.toast(ctx.t.text(texts.already));
    await showCase(ctx, outcome.obstacleId, 'replace');
    await ctx.show(meTooDone(ctx.t, outcome.obstacleId, side));
  }

  /** Only to what everybody may see, is open, and is not one's own. */
  async function addDetails(ctx: BotContext, id: string): Promise<void> {
    const found = await obstacles.board.byId(id);
    if (!found) return ctx.toast(ctx.t.text('board.case.gone'));
    const { own } = await support.standing(ctx.person.id, found.id);
    if (own) return ctx.toast(ctx.t.text('board.meToo.own'));
    if (found.group !== 'open') return ctx.toast(ctx.t.text(SIDE_TEXTS[found.side].ended));
    return begin(ctx, 'me-too', { subject: found.id });
  }

  async function startFollowing(ctx: BotContext, id: string): Promise<void> {
    const done = await support.follow(ctx.person.id, id);
    await ctx.toast(ctx.t.text(done ? SIDE_TEXTS[await sideOfCase(id)].following : 'board.case.gone'));
    if (done) await showCase(ctx, id, 'replace');
  }

  /** From the page, which is drawn anew, or from under a notice, which stays as it was. */
  async function unfollow(ctx: BotContext, id: string): Promise<void> {
    await support.unfollow(ctx.person.id, id);
    await ctx.toast(ctx.t.text(SIDE_TEXTS[await sideOfCase(id)].unfollowed));
    const { message } = ctx.callbackQuery ?? {};
    const rows = message && 'reply_markup' in message ? (message.reply_markup?.inline_keyboard.length ?? 0) : 0;
    if (rows > 1) await showCase(ctx, id, 'replace');
  }

  async function staffActs(ctx: BotContext, { id, act }: { id: string; act: string }): Promise<void> {
    if (!(await isStaffOf(deps, ctx, id))) return ctx.toast(ctx.t.text('bot.error.notAllowed'));
    if (act === 'answer') return begin(ctx, 'public-answer', { subject: id });
    const shown = act === 'show';
    const actor = { id: ctx.person.id, roles: ctx.person.roles };
    const done = await obstacles.showOnBoard(actor, id, { shown, source: ctx.inboxId });
    if (!done) return ctx.toast(ctx.t.text('bot.error.notAllowed'));
    if (!shown) return ctx.replace(hiddenMessage(ctx.t, id));
    await ctx.toast(ctx.t.text('board.staff.shown'));
    await showCase(ctx, id, 'replace');
  }

  return chat;
}
