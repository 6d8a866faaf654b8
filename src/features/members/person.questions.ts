import type { BotContext } from '../../bot/context.ts';
import {
  textOf,
  type Answers,
  type Checked,
  type Known,
  type Option,
  type Question,
} from '../../bot/dialogue/dialogue.ts';
import { citiesOf, placeName, provinces } from '../../language/places.ts';
import type { Translator } from '../../language/translator.ts';
import type { Members } from './members.service.ts';

const MIN_NAME = 3;
const MAX_NAME = 80;

function checkName(text: string): Checked<string> {
  return /^[\p{L}\p{M}\u200c' .-]+$/u.test(text)
    ? { ok: true, value: text }
    : { ok: false, error: 'members.error.name' };
}

function provinceOptions(_answers: Answers, t: Translator): Option[] {
  return provinces().map((province) => ({ code: province.code, label: placeName(province.code, t.language) }));
}

function cityOptions(answers: Answers, t: Translator): Option[] {
  return citiesOf(textOf(answers, 'province')).map((city) => ({
    code: city.code,
    label: placeName(city.code, t.language),
  }));
}

/** What a member has said before of who they are: no form asks it again. */
export const knownOf =
  (members: Pick<Members, 'find'>) =>
  async ({ person }: BotContext): Promise<Known> => {
    const member = await members.find(person.id);
    if (!member) return { answers: {}, settled: false };
    const { name, phone, provinceCode, cityCode, registeredAt } = member;
    return {
      answers: {
        ...(name ? { name } : {}),
        ...(phone ? { phone } : {}),
        ...(provinceCode ? { province: provinceCode } : {}),
        ...(cityCode ? { city: cityCode } : {}),
      },
      settled: registeredAt !== null,
    };
  };

/** Who the person is: asked once, with the first registration. */
export const PERSON_QUESTIONS: readonly Question[] = [
  {
    key: 'name',
    kind: 'text',
    text: 'members.question.name',
    label: 'members.label.name',
    min: MIN_NAME,
    max: MAX_NAME,
    public: true,
    check: checkName,
  },
  { key: 'phone', kind: 'contact', text: 'members.question.phone', label: 'members.label.phone' },
  {
    key: 'province',
    kind: 'choice',
    text: 'members.question.province',
    label: 'members.label.province',
    options: provinceOptions,
    resets: ['city'],
  },
  {
    key: 'city',
    kind: 'choice',
    text: 'members.question.city',
    label: 'members.label.city',
    options: cityOptions,
    freeText: { max: 60, public: true },
  },
];
