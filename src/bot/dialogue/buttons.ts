import type { InlineButton } from '../../messengers/messenger.ts';
import { buttonKind } from '../callback-data.ts';

/** An answer or a move on the open question. The draft's id makes a button of another draft stale. */
export const answerButton = buttonKind('a', 1, ['draft', 'question', 'value']);
/** What becomes of the draft when somebody leaves: keep, drop or stay; then where they were going. */
export const leaveButton = buttonKind('l', 1, ['draft', 'choice', 'target']);
/** `open`s a draft that waits or was thrown away, or `drop`s it. */
export const resumeButton = buttonKind('r', 1, ['draft', 'act']);

/** Two buttons share a row while each label is at most this long. */
const SHORT_LABEL = 16;

export function pairUp(buttons: InlineButton[]): InlineButton[][] {
  const rows: InlineButton[][] = [];
  for (const button of buttons) {
    const last = rows.at(-1);
    if (last?.length === 1 && [...last, button].every(({ label }) => label.length <= SHORT_LABEL)) last.push(button);
    else rows.push([button]);
  }
  return rows;
}
