import { readFileSync } from 'node:fs';
import type { Connection } from 'mongoose';
import type { Audit } from './features/audit/audit.service.ts';
import {
  createCategories,
  labelIn,
  type Categories,
  type Category,
  type Labels,
  type OwnDeadlines,
  type OwnQuestion,
  type SeedCategory,
} from './features/categories/categories.service.ts';
import type { Job } from './jobs/schedule.ts';
import { OBSTACLE_CATEGORIES } from './language/taxonomies.ts';
import { LANGUAGES, type TextKey, type Translations } from './language/translator.ts';

/** What a category of seed/categories.json brings beside its name. */
interface Furnishing {
  questions?: (Omit<OwnQuestion, 'options'> & { options?: OwnQuestion['options'] })[];
  notice?: Labels;
  checklist?: Category['checklist'];
  deadlines?: OwnDeadlines;
}

export interface CategoryFeatures {
  categories: Categories;
  /** Puts the categories of the first start into the database; again, it adds only what is new in the program. */
  seed: () => Promise<void>;
  jobs: Job[];
}

/** Where the views find a category's name: the texts' own place, so that whoever shows a code shows the name in force. */
const textKey = ({ code, parent }: Pick<Category, 'code' | 'parent'>): string =>
  `taxonomy.${parent === null ? 'categories' : 'subtopics'}.${code}`;

export function wireCategories({
  connection,
  audit,
  translations,
}: {
  connection: Connection;
  audit: Audit;
  translations: Translations;
}): CategoryFeatures {
  const categories = createCategories({
    connection,
    audit,
    named(read) {
      for (const category of read)
        for (const language of LANGUAGES)
          if (language === 'fa' || category.labels[language] !== undefined)
            translations.setText(textKey(category), language, labelIn(category.labels, language));
    },
  });
  return {
    categories,
    seed: () => categories.seed(seedOf(translations)),
    // A name that another process gave is here within a minute; what a report offers is read anew each time.
    jobs: [{ name: 'read the names of categories', when: '* * * * *', run: () => categories.rename() }],
  };
}

function seedOf(translations: Translations): SeedCategory[] {
  const furnished = JSON.parse(readFileSync(new URL('../seed/categories.json', import.meta.url), 'utf8')) as Record<
    string,
    Furnishing
  >;
  const made = (code: string, parent: string | null): SeedCategory => {
    const { questions = [], ...others } = furnished[code] ?? {};
    return {
      code,
      parent,
      labels: namesOf(translations, textKey({ code, parent }) as TextKey),
      questions: questions.map((question) => ({ options: [], ...question })),
      ...others,
    };
  };
  return OBSTACLE_CATEGORIES.flatMap(({ code, subtopics }) => [
    made(code, null),
    ...subtopics.map((part) => made(part, code)),
  ]);
}

/** In the languages that have a name of their own; the others show the Persian one. */
function namesOf(translations: Translations, key: TextKey): Labels {
  const labels: Labels = { fa: translations.translator('fa').text(key) };
  for (const language of LANGUAGES) {
    const label = translations.translator(language).text(key);
    if (language !== 'fa' && label !== labels.fa) labels[language] = label;
  }
  return labels;
}
