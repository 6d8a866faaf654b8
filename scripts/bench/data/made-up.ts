/** Made-up but likely members and businesses; the same seed makes the same ones. */
import { BUSINESS_KINDS, FIELDS } from '../../../src/language/taxonomies.ts';
import { citiesOf, provinces } from '../../../src/language/places.ts';

const FIRST_NAMES =
  'محمد علی رضا حسین مهدی امیر سعید حمید مجید ناصر یاشار بابک آیدین سینا کاوه مریم زهرا فاطمه سارا لیلا نرگس الهام شیرین آیناز پریسا نسرین مینا سمیه رقیه هاجر'.split(
    ' ',
  );
const LAST_NAMES =
  'احمدی محمدی حسینی رضایی کریمی موسوی جعفری صادقی رحیمی علیزاده نوری اکبری قاسمی تبریزی اهوازی مرادی شریفی عباسی یوسفی فرهادی نجفی زارعی کاظمی بهرامی سلیمانی'.split(
    ' ',
  );
/** The first are the commonest, as words are. */
const WORDS =
  'رایانه نو پارس داده سیستم شبکه ایران آریا هوشمند پرداز گستر آذر سبلان سهند کارون البرز افزار نرم‌افزار ارتباط فناوری اطلاعات پویا نوین برتر پیشرو آسیا سپهر دنیا مهر نیک کیان رایان ره‌آورد همراه فرا تک ویرا نگار طرح ایده اندیشه دانش توسعه سازان آرمان آوا پیام پل نقش رسا مبنا کد بیت موج ابر نور تراشه مدار پردازشگر زاگرس ارس دنا شمیم باران'.split(
    ' ',
  );
const SIGNS: Readonly<Record<string, string>> = {
  company: 'شرکت',
  shop: 'فروشگاه',
  repair: 'تعمیرگاه',
  internet_office: 'کافی‌نت',
  training: 'آموزشگاه',
};
const DEEDS =
  'طراحی وبگاه و برنامهٔ موبایل;تعمیر تخصصی لپ‌تاپ و تلفن همراه;نصب دوربین مداربسته و دزدگیر;فروش قطعات رایانه و ملزومات چاپ;راه‌اندازی شبکه و اتاق سرور;پشتیبانی نرم‌افزار حسابداری;آموزش برنامه‌نویسی به نوجوانان;تولید بازی رایانه‌ای;خدمات میزبانی و دامنه;هوش مصنوعی برای صنعت'.split(
    ';',
  );

/** mulberry32: small, fast and good enough for names. */
export function randomOf(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

export interface MadeUpPerson {
  name: string;
  phone: string;
  provinceCode: string;
  cityCode: string;
}

export interface MadeUpBusiness {
  name: string;
  kind: string;
  fields: string[];
  provinceCode: string;
  cityCode: string;
  description: string;
}

export type MadeUp = ReturnType<typeof createMadeUp>;

export function createMadeUp(seed: number) {
  const random = randomOf(seed);
  const pick = <Item>(items: readonly Item[]): Item => items[Math.floor(random() * items.length)] as Item;
  /** The first ones far more often than the last ones. */
  const pickCommon = <Item>(items: readonly Item[]): Item => items[Math.floor(random() ** 2 * items.length)] as Item;

  /** Two provinces have most of the members. */
  function place(): { provinceCode: string; cityCode: string } {
    const share = random();
    const provinceCode = share < 0.35 ? '03' : share < 0.6 ? '06' : pick(provinces()).code;
    return { provinceCode, cityCode: pickCommon(citiesOf(provinceCode)).code };
  }

  return {
    random,
    pick,
    pickCommon,
    words: WORDS,
    place,
    person: (number: number): MadeUpPerson => ({
      name: `${pickCommon(FIRST_NAMES)} ${pickCommon(LAST_NAMES)}`,
      // 0999 is given to nobody.
      phone: `+98999${String(number).padStart(7, '0')}`,
      ...place(),
    }),
    business(number: number): MadeUpBusiness {
      const kind = pickCommon(BUSINESS_KINDS);
      const name = [SIGNS[kind] ?? '', pickCommon(WORDS), pickCommon(WORDS), number % 3 === 0 ? pick(WORDS) : ''];
      return {
        name: name.filter((word) => word !== '').join(' '),
        kind,
        fields: [...new Set(Array.from({ length: 1 + Math.floor(random() * 3) }, () => pickCommon(FIELDS).code))],
        description: pick(DEEDS),
        ...place(),
      };
    },
  };
}
