import { Composer } from 'grammy';
import { plain, type RichText } from '../language/rich-text.ts';
import type { OutgoingMessage } from '../messengers/messenger.ts';
import { buttonKind } from './callback-data.ts';
import type { BotContext } from './context.ts';
import { numberOf, type Dialogue, type NumberQuestion } from './dialogue/dialogue.ts';
import type { Dialogues } from './dialogue/engine.ts';

/*
 * What can't be taken back is asked about, and done only to what was shown. A card carries `sureButton` with a mark of
 * what stands on it; the press looks again, and another state answers that the card is old, with the new one. Else the
 * question is put, naming what would happen; its yes looks a third time. Where many people would be reached, the yes
 * is their number, typed.
 */

/** On a card: asks whether the act is meant. `mark` is of what the card shows, see `language/mark.ts`. */
export const sureButton = buttonKind('q', 1, ['act', 'subject', 'mark']);
const yesButton = buttonKind('y', 1, ['act', 'subject', 'mark']);
const noButton = buttonKind('w', 1, ['act', 'subject']);

/** What an act would do at this moment. */
export interface Sure {
  /** Of everything that it goes by; a button with another mark is old. */
  mark: string;
  question: RichText;
  /** What the yes says: a verb, not «yes» alone. */
  yes: string;
  /** How many people it reaches, as the question names them: above a bound the number must be typed. */
  people?: number;
  /**
   * Does it, and gives what stands in the card's place then; null where it has shown that itself. Its own guards hold:
   * what changes between the look and the deed is the service's to find.
   */
  run: () => Promise<OutgoingMessage | null>;
}

export interface SureAct {
  /** Null where there is nothing to do any more; `forbidden` where this person may not; or why else it can't be done. */
  look: (ctx: BotContext, subject: string) => Promise<Sure | { refused: string } | 'forbidden' | null>;
  /** What is shown after a no and beside «this card is old»: the thing as it is now; null where it has shown that itself. */
  card: (ctx: BotContext, subject: string) => Promise<OutgoingMessage | null>;
}

/** By a name of one or two letters that stays the same for good: it is in buttons. */
export type SureActs = Readonly<Record<string, SureAct>>;

export const COUNT_DIALOGUE = 'sure-count';
const MOST_PEOPLE = 100_000_000;

export interface SureDeps {
  acts: SureActs;
  begin: Dialogues['begin'];
  /** Acts that reach more people than this are sure only when their number has been typed. */
  typedAbove: number;
}

/** The one piece of code that asks before what can't be taken back. */
export function createSure({ acts, begin, typedAbove }: SureDeps): { chat: Composer<BotContext>; dialogue: Dialogue } {
  const chat = new Composer<BotContext>();

  const actOf = (name: string): SureAct | undefined => (Object.hasOwn(acts, name) ? acts[name] : undefined);

  /** What would be done, where it is what was shown; else says what is so, in place of the card. */
  async function looked(ctx: BotContext, act: SureAct, { subject, mark }: Shown): Promise<Sure | null> {
    const sure = await act.look(ctx, subject);
    const refused = refusalIn(ctx, sure);
    if (refused !== null) {
      await ctx.toast(refused);
      return null;
    }
    if (isSure(sure) && sure.mark === mark) return sure;
    await ctx.toast(ctx.t.text('bot.sure.stale'));
    await say(ctx, await act.card(ctx, subject));
    return null;
  }

  async function ask(ctx: BotContext, act: SureAct, shown: Shown & { act: string }): Promise<void> {
    const sure = await looked(ctx, act, shown);
    if (!sure) return;
    const { people = 0 } = sure;
    if (people > typedAbove) {
      await ctx.show({ text: sure.question });
      return begin(ctx, COUNT_DIALOGUE, { subject: subjectOf(shown), answers: { people } });
    }
    await ctx.replace({
      text: sure.question,
      keyboard: {
        kind: 'inline',
        rows: [
          [{ label: sure.yes, data: yesButton.data(shown.act, shown.subject, shown.mark) }],
          [{ label: ctx.t.text('bot.sure.no'), data: noButton.data(shown.act, shown.subject) }],
        ],
      },
    });
  }

  async function say(ctx: BotContext, message: OutgoingMessage | null): Promise<void> {
    if (message) await ctx.replace(message);
  }

  chat.on('callback_query:data', async (ctx, next) => {
    const { data } = ctx.callbackQuery;
    const [asked, yes, no] = [sureButton.read(data), yesButton.read(data), noButton.read(data)];
    const pressed = asked ?? yes ?? no;
    const act = pressed && actOf(pressed.act);
    if (!pressed || !act) return next();
    if (asked) return ask(ctx, act, asked);
    if (yes) {
      const sure = await looked(ctx, act, yes);
      // What reaches many can't be done by a yes that was drawn when they were few, nor by a made-up one.
      if (sure && (sure.people ?? 0) > typedAbove) return ask(ctx, act, yes);
      return say(ctx, sure && (await sure.run()));
    }
    const refused = refusalIn(ctx, await act.look(ctx, pressed.subject));
    return refused === null ? say(ctx, await act.card(ctx, pressed.subject)) : ctx.toast(refused);
  });

  const dialogue: Dialogue = {
    name: COUNT_DIALOGUE,
    title: 'bot.sure.title',
    send: 'bot.sure.send',
    atOnce: true,
    questions: [numberQuestion(0)],
    questionsFor: (answers) => Promise.resolve([numberQuestion(numberOf(answers, 'people') ?? 0)]),
    async complete(ctx, { subject }) {
      const shown = shownIn(subject);
      const act = shown && actOf(shown.act);
      if (!shown || !act) return { text: ctx.t.rich('bot.sure.stale') };
      const sure = await act.look(ctx, shown.subject);
      const refused = refusalIn(ctx, sure);
      if (refused !== null) return { text: plain(refused) };
      if (isSure(sure) && sure.mark === shown.mark) return sure.run();
      await ctx.show({ text: ctx.t.rich('bot.sure.stale') });
      return act.card(ctx, shown.subject);
    },
  };
  return { chat, dialogue };
}

type Looked = Awaited<ReturnType<SureAct['look']>>;
const isSure = (looked: Looked): looked is Sure => looked !== null && looked !== 'forbidden' && 'mark' in looked;
function refusalIn(ctx: BotContext, looked: Looked): string | null {
  if (looked === 'forbidden') return ctx.t.text('bot.sure.forbidden');
  return looked !== null && 'refused' in looked ? looked.refused : null;
}

interface Shown {
  subject: string;
  mark: string;
}

/** What the form of the number is about. A subject may have dots of its own, neither name nor mark has any. */
const subjectOf = ({ act, subject, mark }: Shown & { act: string }): string => [act, mark, subject].join('.');

function shownIn(text: string): (Shown & { act: string }) | null {
  const [act, mark, ...subject] = text.split('.');
  return act && mark ? { act, mark, subject: subject.join('.') } : null;
}

/** The number itself, in any digits: another one is no yes. */
const numberQuestion = (people: number): NumberQuestion => ({
  key: 'count',
  kind: 'number',
  text: 'bot.sure.count',
  values: { people },
  label: 'bot.sure.countLabel',
  min: 1,
  max: MOST_PEOPLE,
  units: { نفر: 1 },
  check: (typed) =>
    typed === people
      ? { ok: true, value: typed }
      : { ok: false, error: 'bot.sure.otherCount', values: { typed, people } },
});
