import { Composer } from 'grammy';
import type { BotContext } from '../../bot/context.ts';
import type { Dialogues } from '../../bot/dialogue/engine.ts';
import type { MenuItem } from '../../bot/main-menu.ts';
import type { InlineButton, Keyboard, OutgoingMessage } from '../../messengers/messenger.ts';
import type { Deletions } from './deletions.service.ts';
import type { KeptAbout } from './my-data.service.ts';
import { myDataFile, type FileNames } from './my-data-file.views.ts';
import {
  deletionPending,
  deletionQuestion,
  MY_DATA_ACTS,
  myData,
  myDataButton,
  ownNationalCode,
  provingForDeletion,
  type MyDataAct,
} from './my-data.views.ts';
import type { NationalCodes } from './national-codes.service.ts';

export interface MyDataChatDeps {
  keptAbout: KeptAbout;
  nationalCodes: NationalCodes;
  deletions: Deletions;
  begin: Dialogues['begin'];
  /** The person's businesses, as cards. */
  businessCards: (ctx: BotContext) => Promise<OutgoingMessage['text'][]>;
  namesIn: (ctx: BotContext) => FileNames;
  menuKeyboard: (ctx: BotContext) => Keyboard;
  /** The door to other settings of a person's own. */
  settings: (t: BotContext['t']) => InlineButton;
  now: () => Date;
}

/** «اطلاعات من» */
export function myDataMenu(deps: MyDataChatDeps): MenuItem {
  return {
    name: 'me',
    label: 'members.menu.me',
    async open(ctx) {
      const kept = await deps.keptAbout(ctx.person.id);
      if (!kept) return;
      await ctx.show(myData(ctx.t, kept, { cards: await deps.businessCards(ctx), settings: deps.settings(ctx.t) }));
      if (kept.member.deletion) await ctx.show(deletionPending(ctx.t, kept.member.deletion.dueAt));
    },
  };
}

export function myDataChat(deps: MyDataChatDeps): Composer<BotContext> {
  const { nationalCodes, deletions } = deps;
  const chat = new Composer<BotContext>();

  const acts: Record<MyDataAct, (ctx: BotContext) => Promise<void>> = {
    async edit(ctx) {
      const kept = await deps.keptAbout(ctx.person.id);
      if (kept?.member.registeredAt) await deps.begin(ctx, 'profile');
    },
    async code(ctx) {
      const masked = ctx.person.registered ? await nationalCodes.ownMasked(ctx.person.id) : null;
      if (masked === null) return acts['code-change'](ctx);
      await ctx.show(ownNationalCode(ctx.t, masked));
    },
    async 'code-change'(ctx) {
      if (ctx.person.registered) await deps.begin(ctx, 'national-code');
    },
    async 'code-remove'(ctx) {
      await nationalCodes.remove(ctx.person.id);
      await ctx.replace({ text: ctx.t.rich('members.nationalCode.removed') });
    },
    async file(ctx) {
      const kept = await deps.keptAbout(ctx.person.id);
      if (kept) await ctx.show(myDataFile(ctx.t, kept, { at: deps.now(), names: deps.namesIn(ctx) }));
    },
    async delete(ctx) {
      const due = ctx.person.deletionDueAt;
      if (!due && (await deletions.leavesRecords(ctx.person.id))) await ctx.show(provingForDeletion(ctx.t));
      await ctx.show(due ? deletionPending(ctx.t, due) : deletionQuestion(ctx.t, 'first', deletions.undoDays));
    },
    'delete-on': (ctx) => ctx.replace(deletionQuestion(ctx.t, 'second', deletions.undoDays)),
    async 'delete-sure'(ctx) {
      const due = await deletions.request(ctx.person.id);
      if (due) await ctx.replace(deletionPending(ctx.t, due));
    },
    prove: (ctx) => deps.begin(ctx, 'prove-phone'),
    'delete-keep': (ctx) => ctx.replace({ text: ctx.t.rich('members.deletion.kept') }),
    async undo(ctx) {
      const undone = ctx.person.deletionDueAt === null || (await deletions.undo(ctx.person.id));
      await ctx.replace({ text: ctx.t.rich(undone ? 'members.deletion.undone' : 'members.deletion.tooLate') });
      await ctx.show({ text: ctx.t.rich('bot.prompt'), keyboard: deps.menuKeyboard(ctx) });
    },
  };

  chat.on('callback_query:data', async (ctx, next) => {
    const pressed = myDataButton.read(ctx.callbackQuery.data);
    const act = MY_DATA_ACTS.find((one) => one === pressed?.act);
    return act ? acts[act](ctx) : next();
  });
  return chat;
}
