import { Composer } from 'grammy';
import type { BotContext } from '../../bot/context.ts';
import type { Dialogues } from '../../bot/dialogue/engine.ts';
import type { Translator } from '../../language/translator.ts';
import type { MessengerName, OutgoingMessage } from '../../messengers/messenger.ts';
import { accountButton, accountList, answered, joinButton, joinMessage, unlinkQuestion } from './accounts.views.ts';
import type { Joins } from './joins.service.ts';
import { linkOutcome, offerJoining } from './link.dialogue.ts';
import { isProvedNow } from './phone-proof.service.ts';
import type { Members } from './members.service.ts';
import { accountsButton } from './my-data.views.ts';

export interface AccountsChatDeps {
  members: Members;
  joins: Joins;
  begin: Dialogues['begin'];
  now: () => Date;
}

/** «پیام‌رسان‌ها»: linking, the preferred one, unlinking, and the answers to offers of joining. */
export function accountsChat({ members, joins, begin, now }: AccountsChatDeps): Composer<BotContext> {
  const chat = new Composer<BotContext>();
  const offer = offerJoining(joins);

  chat.on('callback_query:data', async (ctx, next) => {
    const { data } = ctx.callbackQuery;
    if (accountsButton.read(data)) return showList(ctx, (message) => ctx.show(message));
    const answer = joinButton.read(data);
    if (answer) {
      const outcome = await joins.answer(ctx.person, answer.join, answer.answer === 'yes');
      return ctx.replace(answered(ctx.t, outcome));
    }
    const pressed = accountButton.read(data);
    if (!pressed) return next();
    if (pressed.act === 'link') return link(ctx);
    const account = (await members.find(ctx.person.id))?.accounts.find(
      ({ messenger }) => messenger === pressed.messenger,
    );
    if (!account) return showList(ctx, (message) => ctx.replace(message));
    return actOn(ctx, account.messenger, pressed.act);
  });

  async function showList(ctx: BotContext, show: (message: OutgoingMessage) => Promise<unknown>): Promise<void> {
    const member = await members.find(ctx.person.id);
    if (member) await show(accountList(ctx.t, member));
  }

  /** Who has proved the phone of late is taken at that; others prove one now. */
  async function link(ctx: BotContext): Promise<void> {
    const member = await members.find(ctx.person.id);
    if (member?.phone && isProvedNow(member, now())) await ctx.show(await linkOutcome(ctx, offer, member.phone));
    else await begin(ctx, 'link');
  }

  async function actOn(ctx: BotContext, messenger: MessengerName, act: string): Promise<void> {
    const name = { messenger: ctx.t.text(`members.messenger.${messenger}`) };
    if (act === 'unlink') return ctx.replace(unlinkQuestion(ctx.t, messenger));
    if (act === 'prefer' && (await members.prefer(ctx.person.id, messenger)))
      await ctx.toast(ctx.t.text('members.accounts.preferred', name));
    if (act === 'unlink-sure') {
      const unlinked = await members.unlink(ctx.person.id, messenger);
      return ctx.replace({
        text: unlinked ? ctx.t.rich('members.accounts.unlinked', name) : ctx.t.rich('members.accounts.last'),
      });
    }
    await showList(ctx, (message) => ctx.replace(message));
  }

  return chat;
}

/** What an outbox notice of kind `join` says: the renderer's part. */
export async function renderJoin(joins: Joins, payload: unknown, t: Translator): Promise<OutgoingMessage[]> {
  const { joinId, to, about } = payload as { joinId: string } & Parameters<typeof joinMessage>[2];
  const join = await joins.find(joinId);
  return join ? [joinMessage(t, join, { to, about })] : [];
}
