import { buttonKind } from '../../bot/callback-data.ts';
import { resumeButton } from '../../bot/dialogue/dialogue.views.ts';
import { join, type RichText } from '../../language/rich-text.ts';
import type { Translator } from '../../language/translator.ts';
import type { InlineButton, OutgoingMessage } from '../../messengers/messenger.ts';
import type { Similar } from '../obstacles/obstacles.service.ts';
import { publicCaseButton, type CategoryText } from './board.views.ts';

/** The held report is none of these: it is sent as it is. */
export const sendButton = buttonKind('es', 1, ['draft']);
/** The held report becomes a me-too to this case. */
export const joinButton = buttonKind('et', 1, ['draft', 'id']);

/** The most alike cases, shown before a report becomes a case of its own. */
export function similarQuestion(
  t: Translator,
  options: {
    draftId: string;
    similar: readonly Similar[];
    categoryText: CategoryText;
    ownData: (id: string) => string;
  },
): OutgoingMessage {
  const { draftId, similar, categoryText, ownData } = options;
  const items: RichText[] = [];
  const rows: InlineButton[][] = [];
  for (const [index, one] of similar.entries()) {
    const number = index + 1;
    const { id, code, title } = one.found;
    const facts = one.own
      ? t.rich('board.similar.ownItem', { code })
      : t.rich('board.similar.facts', {
          category: categoryText(t, one.found.category),
          status: t.text(`obstacles.status.${one.found.status}`),
        });
    items.push(join([t.rich('board.similar.item', { number, title }), facts]));
    const see: InlineButton = {
      label: t.text('board.similar.button.page', { number }),
      data: one.own ? ownData(id) : publicCaseButton.data(id),
    };
    rows.push(
      one.own
        ? [see]
        : [{ label: t.text('board.similar.button.meToo', { number }), data: joinButton.data(draftId, id) }, see],
    );
  }
  return {
    text: join([t.rich('board.similar.title'), t.rich('board.similar.ask'), ...items], '\n\n'),
    keyboard: {
      kind: 'inline',
      rows: [
        ...rows,
        [{ label: t.text('board.similar.button.send'), data: sendButton.data(draftId) }],
        [{ label: t.text('board.similar.button.edit'), data: resumeButton.data(draftId, 'open') }],
      ],
    },
  };
}
