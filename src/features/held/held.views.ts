import { buttonKind } from '../../bot/callback-data.ts';
import { join } from '../../language/rich-text.ts';
import { shorten } from '../../language/shorten.ts';
import type { TextKey, Translator } from '../../language/translator.ts';
import type { InlineButton, OutgoingMessage } from '../../messengers/messenger.ts';
import type { Obstacle } from '../obstacles/obstacles.service.ts';

/** What becomes of a held message: report, add, nothing, or ask again. */
export const heldButton = buttonKind('kd', 1, ['id', 'act']);
export const heldCaseButton = buttonKind('ke', 1, ['held', 'case']);

const MOST_CASES = 8;
const LONGEST_QUOTE = 160;

/** @param again what it said, where it was sent some time ago */
export function heldQuestion(
  t: Translator,
  id: string,
  { mayAdd, again = null }: { mayAdd: boolean; again?: string | null },
): OutgoingMessage {
  const button = (key: TextKey, act: string): InlineButton[] => [
    { label: t.text(key), data: heldButton.data(id, act) },
  ];
  return {
    text:
      again === null
        ? t.rich('obstacles.unclaimed.ask')
        : join([t.rich('obstacles.unclaimed.again'), t.rich('bot.dialogue.value.text', { value: shorten(again, LONGEST_QUOTE) })], '\n\n'),
    keyboard: {
      kind: 'inline',
      rows: [
        button('obstacles.unclaimed.button.report', 'report'),
        ...(mayAdd ? [button('obstacles.unclaimed.button.add', 'add')] : []),
        button('obstacles.unclaimed.button.nothing', 'nothing'),
      ],
    },
  };
}

/** The member's open cases, one of which it may belong to. */
export function whichCase(t: Translator, id: string, cases: readonly Obstacle[]): OutgoingMessage {
  return {
    text: t.rich('obstacles.unclaimed.which'),
    keyboard: {
      kind: 'inline',
      rows: [
        ...cases
          .slice(0, MOST_CASES)
          .map((one): InlineButton[] => [{ label: one.title, data: heldCaseButton.data(id, one.id) }]),
        [{ label: t.text('bot.button.back'), data: heldButton.data(id, 'ask') }],
      ],
    },
  };
}
