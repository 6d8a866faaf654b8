import { buttonKind } from '../../bot/callback-data.ts';
import { join } from '../../language/rich-text.ts';
import type { TextKey, Translator } from '../../language/translator.ts';
import type { InlineButton, OutgoingMessage } from '../../messengers/messenger.ts';
import type { Obstacle } from '../obstacles/obstacles.service.ts';

/** What becomes of a held message: report, add, nothing, or ask again. */
export const heldButton = buttonKind('kd', 1, ['id', 'act']);
export const heldCaseButton = buttonKind('ke', 1, ['held', 'case']);
/** To a case that has ended, which it opens again; and to one of the secretariat's, as a note for colleagues. */
export const heldReopenButton = buttonKind('kf', 1, ['held', 'case']);
export const heldNoteButton = buttonKind('kg', 1, ['held', 'case']);

const MOST_CASES = 8;
const LONGEST_QUOTE = 160;

const cut = (text: string): string => (text.length <= LONGEST_QUOTE ? text : `${text.slice(0, LONGEST_QUOTE - 1)}…`);

/** @param again what it said, where it was sent some time ago */
export function heldQuestion(
  t: Translator,
  id: string,
  { mayAdd, mayReopen, again = null }: { mayAdd: boolean; mayReopen: boolean; again?: string | null },
): OutgoingMessage {
  const button = (key: TextKey, act: string): InlineButton[] => [
    { label: t.text(key), data: heldButton.data(id, act) },
  ];
  return {
    text:
      again === null
        ? t.rich('obstacles.unclaimed.ask')
        : join([t.rich('obstacles.unclaimed.again'), t.rich('bot.dialogue.value.text', { value: cut(again) })], '\n\n'),
    keyboard: {
      kind: 'inline',
      rows: [
        button('obstacles.unclaimed.button.report', 'report'),
        ...(mayAdd ? [button('obstacles.unclaimed.button.add', 'add')] : []),
        ...(mayReopen ? [button('obstacles.unclaimed.button.reopen', 'reopen')] : []),
        button('obstacles.unclaimed.button.nothing', 'nothing'),
      ],
    },
  };
}

/** What may become of a message that was a reply to ours about a case. */
const ABOUT = {
  add: { text: 'obstacles.unclaimed.addTo', yes: 'obstacles.unclaimed.button.addTo', button: heldCaseButton },
  reopen: {
    text: 'obstacles.unclaimed.reopenIt',
    yes: 'obstacles.unclaimed.button.reopenIt',
    button: heldReopenButton,
  },
  note: { text: 'obstacles.unclaimed.noteTo', yes: 'obstacles.unclaimed.button.noteTo', button: heldNoteButton },
} as const;
export type About = keyof typeof ABOUT;

/** Asks for a yes to what a message would become of one case. */
export function caseQuestion(t: Translator, id: string, obstacle: Obstacle, about: About): OutgoingMessage {
  const { text, yes, button } = ABOUT[about];
  const other = (key: TextKey, act: string) => [{ label: t.text(key), data: heldButton.data(id, act) }];
  return {
    text: t.rich(text, { title: obstacle.title, code: obstacle.code }),
    keyboard: {
      kind: 'inline',
      rows: [
        [{ label: t.text(yes), data: button.data(id, obstacle.id) }],
        other('obstacles.unclaimed.button.report', 'report'),
        other('obstacles.unclaimed.button.nothing', 'nothing'),
      ],
    },
  };
}

/** The member's cases, to one of which it may belong: open ones, or those that it may open again. */
export function whichCase(
  t: Translator,
  id: string,
  { cases, about }: { cases: readonly Obstacle[]; about: 'add' | 'reopen' },
): OutgoingMessage {
  return {
    text: t.rich(about === 'add' ? 'obstacles.unclaimed.which' : 'obstacles.unclaimed.whichReopen'),
    keyboard: {
      kind: 'inline',
      rows: [
        ...cases
          .slice(0, MOST_CASES)
          .map((one): InlineButton[] => [{ label: one.title, data: ABOUT[about].button.data(id, one.id) }]),
        [{ label: t.text('bot.button.back'), data: heldButton.data(id, 'ask') }],
      ],
    },
  };
}
