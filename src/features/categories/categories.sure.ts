import type { BotContext } from '../../bot/context.ts';
import type { SureAct, SureActs } from '../../bot/sure.ts';
import type { TextKey } from '../../language/translator.ts';
import type { Categories, Category, EditOutcome } from './categories.service.ts';
import { labelIn } from './categories.service.ts';
import { cardFor, markOfCategory, readItemSubject } from './categories.views.ts';

type Actor = Parameters<Categories['setActive']>[0];

interface Doing {
  question: TextKey;
  /** Whether there is something to do; the words that the question names beside the category. */
  what: (category: Category, item: string, ctx: BotContext) => string | null;
  run: (who: Actor, code: string, act: { item: string; source: string }) => Promise<EditOutcome>;
}

/** What an admin takes from a category: asked about first. The subject is the category, and which of its questions. */
export function categoriesSure({ categories, home }: { categories: Categories; home: string }): SureActs {
  function act({ question, what, run }: Doing): SureAct {
    const card = async (ctx: BotContext, subject: string) =>
      cardFor({ categories, home }, ctx.t, readItemSubject(subject).code);
    return {
      card,
      async look(ctx, subject) {
        if (!ctx.person.roles.includes('admin')) return 'forbidden';
        const { code, item } = readItemSubject(subject);
        const category = await categories.find(code);
        const named = category && what(category, item, ctx);
        if (!category || named === null) return null;
        const label = labelIn(category.labels, ctx.t.language);
        return {
          mark: markOfCategory(category),
          question: ctx.t.rich(question, { label, what: named }),
          yes: ctx.t.text(question === 'categories.sure.retire' ? 'categories.sure.retireYes' : 'categories.sure.yes'),
          async run() {
            const actor = { id: ctx.person.id, roles: ctx.person.roles };
            const outcome = await run(actor, code, { item, source: ctx.inboxId });
            await ctx.toast(ctx.t.text(`categories.outcome.${outcome}`));
            return card(ctx, subject);
          },
        };
      },
    };
  }

  return {
    kr: act({
      question: 'categories.sure.retire',
      what: ({ active }) => (active ? '' : null),
      run: (who, code, { source }) => categories.setActive(who, code, { active: false, source }),
    }),
    kq: act({
      question: 'categories.sure.question',
      what: ({ questions }, item, ctx) => {
        const question = questions.find(({ key }) => key === item);
        return question ? labelIn(question.text, ctx.t.language) : null;
      },
      run: (who, code, { item, source }) => categories.removeQuestion(who, code, { key: item, source }),
    }),
    kn: act({
      question: 'categories.sure.notice',
      what: ({ notice }) => (notice ? '' : null),
      run: (who, code, { source }) => categories.setNotice(who, code, { notice: null, source }),
    }),
    kl: act({
      question: 'categories.sure.checklist',
      what: ({ checklist }) => (checklist.length > 0 ? '' : null),
      run: (who, code, { source }) => categories.setChecklist(who, code, { items: [], source }),
    }),
    kt: act({
      question: 'categories.sure.times',
      what: ({ deadlines }) => (deadlines ? '' : null),
      run: (who, code, { source }) => categories.setDeadlines(who, code, { deadlines: null, source }),
    }),
  };
}
