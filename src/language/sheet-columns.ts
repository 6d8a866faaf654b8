import { searchKey } from './persian-text.ts';

/** What a list of members and businesses may hold. Headers shown to people: `databank.column.*` */
export const SHEET_COLUMNS = [
  'name',
  'firstName',
  'lastName',
  'phone',
  'province',
  'city',
  'business',
  'kind',
  'fields',
  'workplace',
  'headcount',
  'since',
  'documents',
  'companyId',
  'website',
  'description',
  'listed',
  'nationalCode',
] as const;
export type SheetColumn = (typeof SHEET_COLUMNS)[number];

/** What people write above such a column, in Persian and English, beside our own header. */
const WRITTEN_AS: Readonly<Record<SheetColumn, readonly string[]>> = {
  name: [
    'نام و نام خانوادگی',
    'نام شخص',
    'نام کامل',
    'نام عضو',
    'نام مدیر',
    'مدیرعامل',
    'نام مدیرعامل',
    'نام مدیر عامل',
    'نام متقاضی',
    'نام و نام خانوادگی متقاضی',
    'نام و نام خانوادگی مدیر',
    'متقاضی',
    'نام مالک',
    'نام صاحب کسب و کار',
    'نماینده',
    'رابط',
    'name',
    'full name',
    'person',
    'contact person',
  ],
  firstName: ['نام', 'نام کوچک', 'first name'],
  lastName: ['نام خانوادگی', 'فامیلی', 'شهرت', 'last name', 'surname', 'family name'],
  phone: [],
  province: ['استان', 'نام استان', 'province'],
  city: ['شهر', 'شهرستان', 'نام شهر', 'city', 'town'],
  business: [
    'نام کسب و کار',
    'کسب و کار',
    'کسب‌وکار',
    'نام کسب‌وکار',
    'نام شرکت',
    'نام تجاری',
    'نام برند',
    'نام موسسه',
    'نام مجموعه',
    'نام فروشگاه / شرکت',
    'شرکت',
    'نام فروشگاه',
    'نام واحد',
    'نام واحد صنفی',
    'business',
    'business name',
    'company',
    'company name',
    'shop name',
  ],
  kind: ['نوع', 'نوع کسب و کار', 'نوع کسب‌وکار', 'نوع فعالیت', 'kind', 'type', 'business kind', 'business type'],
  fields: [
    'زمینه فعالیت',
    'زمینه‌های فعالیت',
    'زمینه های فعالیت',
    'زمینه‌ها',
    'حوزه فعالیت',
    'رسته',
    'fields',
    'field',
    'activity',
    'activities',
    'fields of activity',
  ],
  workplace: ['محل کار', 'محل فعالیت', 'workplace', 'place of work'],
  headcount: ['تعداد کارکنان', 'تعداد نیرو', 'تعداد پرسنل', 'کارکنان', 'headcount', 'employees', 'people', 'staff'],
  since: ['سال شروع', 'سال تأسیس', 'سال آغاز', 'شروع فعالیت', 'از سال', 'since', 'founded', 'year', 'start year'],
  documents: ['مدرک‌ها', 'مدرک ها', 'مدارک', 'مجوزها', 'مجوز', 'documents', 'licences', 'licenses', 'permits'],
  companyId: [
    'شناسه ملی',
    'شناسه ملی شرکت',
    'شناسه حقوقی',
    'company id',
    'national id',
    'company national id',
    'legal id',
  ],
  website: ['وبگاه', 'وب‌سایت', 'وب سایت', 'سایت', 'نشانی وبگاه', 'website', 'web', 'url', 'site'],
  description: ['توضیح', 'توضیحات', 'شرح', 'معرفی', 'description', 'notes', 'about'],
  listed: ['نمایش در بانک', 'رضایت به نمایش', 'رضایت نمایش', 'listed', 'consent', 'show in directory'],
  nationalCode: ['کد ملی', 'شماره ملی', 'کدملی', 'national code'],
};

/** Letters and digits alone: «نام‌کسب و کار:» and «نام کسب‌وکار» are one header. */
const headerKey = (header: string): string => searchKey(header).replaceAll(' ', '');

const BY_HEADER: ReadonlyMap<string, SheetColumn> = new Map(
  SHEET_COLUMNS.flatMap((column) =>
    [column, ...WRITTEN_AS[column]].map((header) => [headerKey(header), column] as const),
  ),
);

/** Headers of phones come in too many forms to be listed: «شماره موبایل (همراه)», «تلفن ۲», «تلفن همراه مدیرعامل». */
const PHONES: readonly RegExp[] = [
  /موبایل|تلفنهمراه|شمارههمراه|^همراه|mobile|^cell(?:phone)?\d*$/,
  /^(?:شماره)?(?:تلفن|تماس)(?:تماس)?(?:ها)?\d*$|^(?:contact)?(?:tele)?phone(?:number|no)?\d*$|^tel\d*$|^contactnumber$/,
  /ثابت|^(?:شماره)?تلفن(?:دفتر|محلکار|شرکت|مغازه|فروشگاه|منزل|کسبوکار)|landline|officephone/,
];

/** Of several columns of phones, the lowest is read first: 0 mobiles, 1 any, 2 landlines. Null where it is another column. */
export function phoneRank(header: string): number | null {
  const key = headerKey(header);
  const rank = PHONES.findIndex((form) => form.test(key));
  return rank < 0 ? null : rank;
}

/** The column that a header means, however it is typed; null where it is none of ours. */
export function columnOf(header: string): SheetColumn | null {
  return BY_HEADER.get(headerKey(header)) ?? (phoneRank(header) === null ? null : 'phone');
}

const YES = new Set(['بله', 'بلی', 'اری', 'دارد', 'موافق', 'yes', 'y', 'true', '1', 'x']);
const NO = new Set(['', 'خیر', 'نه', 'ندارد', 'مخالف', 'no', 'n', 'false', '0']);

/** Null for a word that is neither. */
export function yesOrNo(typed: string): boolean | null {
  const key = searchKey(typed.replace(/[✓✔]/g, '1').replace(/[✗✘]/g, '0'));
  if (YES.has(key)) return true;
  return NO.has(key) ? false : null;
}

const NONE = new Set(
  [
    'ندارد',
    'ندارم',
    'نداریم',
    'نامشخص',
    'مشخص نیست',
    'نامعلوم',
    'معلوم نیست',
    'نمی‌دانم',
    'ثبت نشده',
    'اعلام نشده',
    'وارد نشده',
    'فاقد',
    'خالی',
    'هیچ',
    'هیچ‌کدام',
    'بدون',
    'none',
    'no',
    'n/a',
    'na',
    'nil',
    'null',
    'unknown',
    'empty',
    'x',
  ].map(headerKey),
);

/** Whether a cell says in a word or a sign that there is nothing to say: «-», «ندارد», «نامشخص», n/a. Not an empty one. */
export function saysNone(typed: string): boolean {
  if (typed === '') return false;
  const key = headerKey(typed);
  return key === '' ? !/[✓✔✗✘]/.test(typed) : NONE.has(key) || /^0+$/.test(key);
}
