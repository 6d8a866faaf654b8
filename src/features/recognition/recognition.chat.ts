import { Composer } from 'grammy';
import type { BotContext } from '../../bot/context.ts';
import type { Dialogue } from '../../bot/dialogue/dialogue.ts';
import { textOf, tooLate } from '../../bot/dialogue/dialogue.ts';
import type { Dialogues } from '../../bot/dialogue/engine.ts';
import type { Translator } from '../../language/translator.ts';
import type { InlineButton, OutgoingMessage } from '../../messengers/messenger.ts';
import type { Business, Businesses } from '../businesses/businesses.service.ts';
import { letterMessage } from './letter.views.ts';
import { parseRecognitionCode } from './recognition-code.ts';
import { mayRevoke, type Recognition, type RecognitionOutcome, type Recognitions } from './recognition.service.ts';
import {
  LETTERS_SHOWN,
  businessLetterButton,
  checkMessage,
  endQuestion,
  letterButton,
  letterHome,
  lettersButton,
  lettersPage,
  revokedNotice,
} from './recognition.views.ts';

export interface RecognitionChatDeps {
  recognitions: Recognitions;
  businesses: Pick<Businesses, 'current'>;
  begin: Dialogues['begin'];
  /** The button data of a business's own card. */
  cardOf: (businessId: string) => string;
  /** The button data of the desk. */
  home: string;
  /** What a letter is written in, whoever asks for it. */
  persian: Translator;
}

const LAST_PAGE = 100;
/** Its check digit is right. */
const EXAMPLE = '314159265352';

const actorOf = (ctx: BotContext) => ({ id: ctx.person.id, roles: ctx.person.roles });

/** On the card of one's own business: the way to its letter, where it can have one. */
export function letterButtons(recognitions: Recognitions, ctx: BotContext, business: Business): InlineButton[] {
  return recognitions.isOffered(business, ctx.person.id)
    ? [{ label: ctx.t.text('recognition.button.open'), data: businessLetterButton.data(business.id, 'open') }]
    : [];
}

/** On the desk, for who may revoke letters. */
export const recognitionButtons = (ctx: BotContext): InlineButton[] =>
  mayRevoke(ctx.person) ? [{ label: ctx.t.text('recognition.button.desk'), data: lettersButton.data('0') }] : [];

/** Opens the check of a code, for a deep link. */
export async function checkByCode(
  { recognitions }: Pick<RecognitionChatDeps, 'recognitions'>,
  ctx: BotContext,
  typed: string,
): Promise<void> {
  const parsed = parseRecognitionCode(typed);
  const found = parsed.ok ? await recognitions.check(parsed.code) : null;
  await ctx.show(checkMessage(ctx.t, found, { mayRevoke: mayRevoke(ctx.person) }));
}

export function recognitionChat(deps: RecognitionChatDeps): Composer<BotContext> {
  const { recognitions, businesses, begin } = deps;
  const chat = new Composer<BotContext>();

  chat.on('callback_query:data', async (ctx, next) => {
    const { data } = ctx.callbackQuery;
    const business = businessLetterButton.read(data);
    if (business) return business.act === 'issue' ? issue(ctx, business.business) : showHome(ctx, business.business);
    const letter = letterButton.read(data);
    if (letter) return act(ctx, letter.id, letter.act);
    const letters = lettersButton.read(data);
    return letters ? showLetters(ctx, Number(letters.page)) : next();
  });

  chat.on('message:text', async (ctx, next) => {
    const parsed = parseRecognitionCode(ctx.message.text);
    if (parsed.ok) return checkByCode(deps, ctx, parsed.code);
    if (parsed.reason !== 'check-digit') return next();
    await ctx.show({ text: ctx.t.rich('recognition.check.wrong', { example: EXAMPLE }) });
  });

  async function showHome(ctx: BotContext, businessId: string): Promise<void> {
    const business = await businesses.current(businessId);
    const isOffered = business !== null && recognitions.isOffered(business, ctx.person.id);
    const newest = business && (await recognitions.newestOf(ctx.person.id, business));
    if (!business || (!isOffered && !newest)) return ctx.toast(ctx.t.text('recognition.act.forbidden'));
    await ctx.replace(letterHome(ctx.t, { business, newest, isOffered, card: deps.cardOf(business.id) }));
  }

  const showLetter = async (ctx: BotContext, letter: Recognition): Promise<void> => {
    const link = ctx.client.deepLink(`v_${letter.code}`);
    await ctx.show(letterMessage(ctx.t, letter, { link, persian: deps.persian }));
  };

  async function issue(ctx: BotContext, businessId: string): Promise<void> {
    const outcome = await recognitions.issue(actorOf(ctx), businessId, ctx.inboxId);
    if (outcome.kind !== 'done') return refuse(ctx, outcome);
    await showHome(ctx, businessId);
    await showLetter(ctx, outcome.recognition);
  }

  const refuse = (ctx: BotContext, { kind }: Exclude<RecognitionOutcome, { kind: 'done' }>): Promise<void> =>
    ctx.toast(
      ctx.t.text(
        kind === 'not-fit'
          ? 'recognition.act.notFit'
          : kind === 'too-many'
            ? 'recognition.act.tooMany'
            : `recognition.act.${kind}`,
      ),
    );

  async function act(ctx: BotContext, id: string, what: string): Promise<void> {
    if (what === 'revoke' || what === 'see') {
      if (!mayRevoke(ctx.person)) return ctx.toast(ctx.t.text('recognition.act.forbidden'));
      const known = await recognitions.seenBy(actorOf(ctx), id);
      if (what === 'see') return ctx.replace(checkMessage(ctx.t, known, { mayRevoke: true }));
      return known?.standing === 'valid'
        ? begin(ctx, 'recognition-revoke', { subject: known.id })
        : ctx.toast(ctx.t.text('recognition.act.gone'));
    }
    const letter = await recognitions.seenBy(actorOf(ctx), id);
    const business = letter && (await businesses.current(letter.businessId));
    const newest = business && (await recognitions.newestOf(ctx.person.id, business));
    if (!newest || newest.id !== id) return ctx.toast(ctx.t.text('recognition.act.gone'));
    switch (what) {
      case 'again':
        if (newest.standing !== 'valid') return ctx.toast(ctx.t.text('recognition.act.gone'));
        return showLetter(ctx, newest);
      case 'end':
        return ctx.replace(endQuestion(ctx.t, newest));
      case 'end-sure': {
        const outcome = await recognitions.giveUp(actorOf(ctx), id, ctx.inboxId);
        if (outcome.kind !== 'done') return refuse(ctx, outcome);
        return ctx.replace({ text: ctx.t.rich('recognition.end.done') });
      }
      default:
        return ctx.toast(ctx.t.text('bot.error.staleButton'));
    }
  }

  async function showLetters(ctx: BotContext, page: number): Promise<void> {
    if (!Number.isInteger(page) || page < 0 || page > LAST_PAGE) return ctx.toast(ctx.t.text('bot.error.staleButton'));
    const found = await recognitions.valid(actorOf(ctx), { skip: page * LETTERS_SHOWN, limit: LETTERS_SHOWN });
    if (!found) return ctx.toast(ctx.t.text('recognition.act.forbidden'));
    await ctx.replace(lettersPage(ctx.t, { ...found, page, home: deps.home }));
  }

  return chat;
}

/** The head says why a letter is revoked; the subject is the letter. */
export function revokeDialogue({ recognitions }: { recognitions: Recognitions }): Dialogue {
  return {
    name: 'recognition-revoke',
    title: 'recognition.revoke.title',
    send: 'recognition.revoke.send',
    questions: [
      {
        key: 'reason',
        kind: 'text',
        text: 'recognition.revoke.question',
        label: 'recognition.revoke.label',
        min: 5,
        max: 500,
        multiline: true,
      },
    ],
    async complete(ctx, { draftId, subject, answers }) {
      const outcome = await recognitions.revoke(actorOf(ctx), subject, {
        reason: textOf(answers, 'reason'),
        source: draftId,
      });
      if (outcome.kind === 'forbidden') return tooLate({ text: ctx.t.rich('recognition.act.forbidden') });
      const message: OutgoingMessage = {
        text: ctx.t.rich(outcome.kind === 'done' ? 'recognition.end.done' : 'recognition.act.gone'),
        keyboard: {
          kind: 'inline',
          rows: [[{ label: ctx.t.text('recognition.button.list'), data: lettersButton.data('0') }]],
        },
      };
      return outcome.kind === 'done' ? message : tooLate(message);
    },
  };
}

/** How the outbox builds what a business reads of its revoked letter. */
export async function renderRevoked(
  recognitions: Recognitions,
  { recognitionId }: { recognitionId: string },
  t: Translator,
): Promise<OutgoingMessage[]> {
  const found = await recognitions.find(recognitionId);
  return found?.standing === 'revoked' ? [revokedNotice(t, found)] : [];
}
