import { buttonKind } from '../../bot/callback-data.ts';
import { sureButton } from '../../bot/sure.ts';
import { markOf } from '../../language/mark.ts';
import { join } from '../../language/rich-text.ts';
import type { TextKey, Translator } from '../../language/translator.ts';
import type { InlineButton, OutgoingMessage } from '../../messengers/messenger.ts';
import { MOST_QUESTIONS, labelIn, type Categories, type Category } from './categories.service.ts';

/** A page of the categories, or of one category's parts. */
export const categoryListButton = buttonKind('ka', 1, ['parent', 'page']);
export const categoryButton = buttonKind('kb', 1, ['code']);
/** What an admin does with a category: a form about it, or `back`. What is taken from it is asked about, see `categories.sure.ts`. */
export const categoryActButton = buttonKind('kc', 2, ['code', 'act']);

/** Codes have dots of their own. */
const itemSubject = (code: string, item: string): string => `${code}!${item}`;
export function readItemSubject(subject: string): { code: string; item: string } {
  const [code = '', item = ''] = subject.split('!');
  return { code, item };
}
export const markOfCategory = ({ labels, active, questions, notice, checklist, deadlines }: Category): string =>
  markOf(labels, active, questions, notice, checklist, deadlines);

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
            data: categoryActButton.data(code, 'add'),
          },
        ],
        [{ label: t.text('bot.button.back'), data: parent ? categoryButton.data(parent.code) : home }],
      ],
    },
  };
}

/** The card of a category as it is now, or the list of all where it is gone. */
export async function cardFor(
  { categories, home }: { categories: Categories; home: string },
  t: Translator,
  code: string,
): Promise<OutgoingMessage> {
  const category = await categories.find(code);
  if (!category) return categoryList(t, { parent: null, categories: await categories.all(null), page: 0, home });
  const parent = category.parent === null ? null : await categories.find(category.parent);
  const parts = parent ? 0 : (await categories.offered(code)).length;
  return categoryCard(t, category, { parent, parts });
}

/** A category with all that an admin can change about it. */
export function categoryCard(
  t: Translator,
  category: Category,
  { parent, parts }: { parent: Category | null; parts: number },
): OutgoingMessage {
  const { code, labels, questions, notice, checklist, deadlines, active } = category;
  const isWhole = parent === null;
  const act = (name: string, key: TextKey): InlineButton => ({
    label: t.text(key),
    data: categoryActButton.data(code, name),
  });
  const mark = markOfCategory(category);
  const sure = (name: 'kr' | 'kq' | 'kn' | 'kl' | 'kt', key: TextKey, item = '', values = {}): InlineButton => ({
    label: t.text(key, values),
    data: sureButton.data(name, itemSubject(code, item), mark),
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
      active ? sure('kr', 'categories.act.retire') : act('back', 'categories.act.bringBack'),
    ],
    ...questions.map(({ key }, index) => [sure('kq', 'categories.act.dropQuestion', key, { number: index + 1 })]),
    ...(questions.length < MOST_QUESTIONS ? [[act('ask', 'categories.act.addQuestion')]] : []),
    [act('notice', 'categories.act.setNotice'), ...(notice ? [sure('kn', 'categories.act.dropNotice')] : [])],
    // What the secretariat goes by is the whole category's.
    ...(isWhole
      ? [
          [
            act('checklist', 'categories.act.setChecklist'),
            ...(checklist.length > 0 ? [sure('kl', 'categories.act.dropChecklist')] : []),
          ],
          [act('times', 'categories.act.setTimes'), ...(deadlines ? [sure('kt', 'categories.act.dropTimes')] : [])],
        ]
      : []),
    [{ label: t.text('bot.button.back'), data: categoryListButton.data(parent?.code ?? '', '0') }],
  ];
  return { text: join(lines, '\n\n'), keyboard: { kind: 'inline', rows } };
}
