import { ZWNJ } from '../../language/persian-text.ts';

/**
 * Half spaces that a copy through old programs lost («شرکتهای», «میتواند») or turned into spaces («شرکت های», «می تواند»).
 * Only where Persian leaves no doubt; letters stay as they are, so that the same words stay in the same order. People's own
 * typing is never treated like this: a press release is print that was spoilt on its way.
 */
export function mendHalfSpaces(text: string): string {
  return RULES.reduce((mended, [fault, right]) => mended.replace(fault, right), text);
}

const L = 'آ-یءأؤئۀ';
/** Letters that join to the next one; after the others nothing shows. */
const JOINING = 'بپتثجچحخسشصضطظعغفقکگلمنهیئ';
const BEFORE = `(?<![${L}${ZWNJ}])`;
const AFTER = `(?![${L}${ZWNJ}])`;

const PLURAL = '(?:ها|های|هایی|هایم|هایش|هایمان|هایتان|هایشان)';
/** They end like a plural and are none. */
const NO_PLURAL = 'انتها|منتها|اشتها|تنها|آنها|اینها|گرانبها';
const STEMS =
  'توان|خواه|شو|کن|گیر|ده|رو|آی|گوی|باش|رس|یاب|ساز|پرداز|گرد|بر|آور|دان|بین|مان|گذار|نویس|کوش|بخش|پذیر|افزای|خور|گذر|شناس|طلب';
const PASTS =
  'شد|کرد|گرفت|داد|رفت|گفت|رسید|یافت|ساخت|پرداخت|آورد|دید|ماند|گذاشت|نوشت|خواست|توانست|دانست|داشت|بود|پذیرفت|آمد';
/** Words of one meaning that are written with a half space; parted here by a bar. */
const COMPOUNDS = [
  'نرم|افزار',
  'سخت|افزار',
  'بهره|مند',
  'برنامه|ریزی',
  'شکل|گیری',
  'اشتغال|زایی',
  'فرهنگ|سازی',
  'خوشه|سازی',
  'دست|اندرکار',
  'کافی|نت',
  'مهارت|محور',
  'دانش|بنیان',
  'تسریع|کننده',
  'پیش|بینی',
  'هم|افزایی',
  'سرمایه|گذار',
  'شهرک|سازی',
];

/** Parted by a space these may be a verb («انجام شده است»): only what was glued together is mended. */
const GLUED = ['انجام|شده', 'انجام|گرفته', 'تدوین|شده', 'توسعه|یافته', 'یاد|شده', 'ثبت|شده', 'تعیین|شده', 'تهیه|شده'];

const RULES: readonly (readonly [RegExp, string])[] = [
  // «می شود», «نمی توان»: the word alone is nothing else in a press release.
  [new RegExp(`${BEFORE}(ن?می) (?=[${L}])`, 'g'), `$1${ZWNJ}`],
  [new RegExp(`${BEFORE}(ن?می)(?=(?:${STEMS})(?:د|ند|م|یم|ید)${AFTER})`, 'g'), `$1${ZWNJ}`],
  [new RegExp(`${BEFORE}(ن?می)(?=(?:${PASTS})(?:ند|م|یم|ید)?${AFTER})`, 'g'), `$1${ZWNJ}`],
  // «شرکت های» and «کشور های»: none is written after a letter that does not join.
  [new RegExp(`(?<=[${L}][${JOINING}]) (?=${PLURAL}${AFTER})`, 'g'), ZWNJ],
  [new RegExp(`(?<=[${L}][ادذرزژو]) (?=${PLURAL}${AFTER})`, 'g'), ''],
  [/(?<=فنی و حرفه)(?=ای(?![آ-ی]))/g, ZWNJ],
  [
    new RegExp(`(?<![${L}])(?!(?:${NO_PLURAL})(?:ی|یی|یش)?${AFTER})([${L}]{2,}[${JOINING}])(?=${PLURAL}${AFTER})`, 'g'),
    `$1${ZWNJ}`,
  ],
  [new RegExp(`(?<=[${L}]{2}[${JOINING}]) (?=(?:تر|ترین)${AFTER})`, 'g'), ZWNJ],
  [new RegExp(`${BEFORE}(?!بهترین|بیشترین|کمترین)([${L}]{2,}[${JOINING}])(?=ترین${AFTER})`, 'g'), `$1${ZWNJ}`],
  // «رایانه ای», «شده ایم», «نشسته اند»
  [new RegExp(`(?<=[${L}]{2}ه) (?=(?:ای|ایم|اید|اند|ام)${AFTER})`, 'g'), ZWNJ],
  [new RegExp(`(?<=[${L}]{2}شده)(?=(?:ایم|اید|اند)${AFTER})`, 'g'), ZWNJ],
  [new RegExp(`${BEFORE}(شده)(?=(?:ایم|اید|اند)${AFTER})`, 'g'), `$1${ZWNJ}`],
  [new RegExp(`${BEFORE}کسب[ ${ZWNJ}]?و[ ${ZWNJ}]?کار`, 'g'), `کسب${ZWNJ}وکار`],
  [new RegExp(`${BEFORE}روزبه روز${AFTER}`, 'g'), `روزبه${ZWNJ}روز`],
  ...COMPOUNDS.map((parts) => joining(parts, ' ?')),
  ...GLUED.map((parts) => joining(parts, '')),
];

function joining(parts: string, between: string): [RegExp, string] {
  const [one = '', other = ''] = parts.split('|');
  return [new RegExp(`${BEFORE}${one}${between}${other}`, 'g'), `${one}${ZWNJ}${other}`];
}
