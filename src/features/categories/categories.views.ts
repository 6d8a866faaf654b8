import { buttonKind } from '../../bot/callback-data.ts';
import { join } from '../../language/rich-text.ts';
import type { Translator } from '../../language/translator.ts';
import type { InlineButton, OutgoingMessage } from '../../messengers/messenger.ts';
import { MOST_QUESTIONS, labelIn, type Category } from './categories.service.ts';

/** A page of the categories, or of one category's parts. */
export const categoryListButton = buttonKind('ka', 1, ['parent', 'page']);
export const categoryButton = buttonKind('kb', 1, ['code']);
/** What an admin does with a category: an act of `ACTS`, and with which of its questions. */
export const categoryActButton = buttonKind('kc', 1, ['code', 'act', 'item']);

const PAGE_SIZE = 10;

export const categoriesButton = (t: Translator): InlineButton => ({
  label: t.text('categories.button'),
  data: categoryListButton.data('', '0'),
});

const shown = (t: Translator, { labels, active }: Category): string => {
  const label = labelIn(labels, t.language);
  return active ? label : t.text('categories.list.retired', { label });
};

export function categoryList(
  t: Translator,
  {
    parent,
    categories,
    page,
    home,
  }: { parent: Category | null; categories: readonly Category[]; page: number; home: string },
): OutgoingMessage {
  const pages = Math.max(1, Math.ceil(categories.length / PAGE_SIZE));
  const at = Math.min(page, pages - 1);
  const code = parent?.code ?? '';
  const turns: InlineButton[] = [];
  if (at > 0)
    turns.push({ label: t.text('bot.button.previousPage'), data: categoryListButton.data(code, String(at - 1)) });
  if (at < pages - 1)
    turns.push({ label: t.text('bot.button.nextPage'), data: categoryListButton.data(code, String(at + 1)) });
  return {
    text: join(
      [
        parent
          ? t.rich('categories.card.title', { label: labelIn(parent.labels, t.language) })
          : t.rich('categories.list.title'),
        pages > 1 ? t.rich('categories.list.page', { page: at + 1, pages }) : '',
      ],
      '\n\n',
    ),
    keyboard: {
      kind: 'inline',
      rows: [
        ...categories
          .slice(at * PAGE_SIZE, (at + 1) * PAGE_SIZE)
          .map((category) => [{ label: shown(t, category), data: categoryButton.data(category.code) }]),
        ...(turns.length > 0 ? [turns] : []),
        [
          {
            label: t.text(parent ? 'categories.act.addPart' : 'categories.list.add'),
            data: categoryActButton.data(code, 'add', ''),
          },
        ],
        [{ label: t.text('bot.button.back'), data: parent ? categoryButton.data(parent.code) : home }],
      ],
    },
  };
}

/** A category with all that an admin can change about it. */
export function categoryCard(
  t: Translator,
  category: Category,
  { parent, parts }: { parent: Category | null; parts: number },
): OutgoingMessage {
  const { code, labels, questions, notice, checklist, deadlines, active } = category;
  const isWhole = parent === null;
  const act = (name: string, key: Parameters<Translator['text']>[0], item = '', values = {}): InlineButton => ({
    label: t.text(key, values),
    data: categoryActButton.data(code, name, item),
  });
  const lines = [
    join([
      t.rich('categories.card.title', { label: labelIn(labels, t.language) }),
      parent ? t.rich('categories.card.parent', { parent: labelIn(parent.labels, t.language) }) : '',
      active ? '' : t.rich('categories.card.retired'),
      isWhole ? t.rich('categories.card.parts', { count: parts }) : '',
      deadlines?.firstAnswerDays ? t.rich('categories.card.firstAnswer', { days: deadlines.firstAnswerDays }) : '',
      deadlines?.nextWordDays ? t.rich('categories.card.nextWord', { days: deadlines.nextWordDays }) : '',
    ]),
    questions.length === 0
      ? ''
      : join([
          t.rich('categories.card.questions'),
          ...questions.map(({ text, optional }, index) =>
            t.rich(optional ? 'categories.card.optional' : 'categories.card.question', {
              number: index + 1,
              text: labelIn(text, t.language),
            }),
          ),
        ]),
    notice ? t.rich('categories.card.notice', { notice: labelIn(notice, t.language) }) : '',
    checklist.length === 0
      ? ''
      : join([
          t.rich('categories.card.checklist'),
          ...checklist.map(({ labels: item }) => t.rich('categories.card.item', { text: labelIn(item, t.language) })),
        ]),
  ];
  const rows: InlineButton[][] = [
    ...(isWhole ? [[{ label: t.text('categories.act.parts'), data: categoryListButton.data(code, '0') }]] : []),
    [
      act('rename', 'categories.act.rename'),
      active ? act('retire', 'categories.act.retire') : act('back', 'categories.act.bringBack'),
    ],
    ...questions.map(({ key }, index) => [act('unask', 'categories.act.dropQuestion', key, { number: index + 1 })]),
    ...(questions.length < MOST_QUESTIONS ? [[act('ask', 'categories.act.addQuestion')]] : []),
    [act('notice', 'categories.act.setNotice'), ...(notice ? [act('no-notice', 'categories.act.dropNotice')] : [])],
    // What the secretariat goes by is the whole category's.
    ...(isWhole
      ? [
          [
            act('checklist', 'categories.act.setChecklist'),
            ...(checklist.length > 0 ? [act('no-checklist', 'categories.act.dropChecklist')] : []),
          ],
          [
            act('times', 'categories.act.setTimes'),
            ...(deadlines ? [act('no-times', 'categories.act.dropTimes')] : []),
          ],
        ]
      : []),
    [{ label: t.text('bot.button.back'), data: categoryListButton.data(parent?.code ?? '', '0') }],
  ];
  return { text: join(lines, '\n\n'), keyboard: { kind: 'inline', rows } };
}
