import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mendHalfSpaces } from '../../../src/features/news/half-space.ts';
import { PressReleaseError, pressReleaseOrigin, readPressRelease } from '../../../src/features/news/press-release.ts';
import { searchKey } from '../../../src/language/persian-text.ts';

const fixture = (name: string): string =>
  readFileSync(new URL(`../../fixtures/press-releases/${name}.txt`, import.meta.url), 'utf8');
const KHUZESTAN = fixture('news-khuzestan-1403-02-26');
const AZERBAIJAN = fixture('news-east-azerbaijan-1403-04-02');

/** The words of a text, without what stands between them: a half space may be where a space or nothing was. */
const words = (text: string): string => searchKey(text).replaceAll(' ', '');

describe('a press release with a header of fields', () => {
  const release = readPressRelease(KHUZESTAN);

  it('gives its number, its day and hour in Tehran, its source and its tags', () => {
    expect(release).toMatchObject({
      number: '32075',
      date: new Date('2024-05-15T08:48:00.000Z'),
      source: 'ایسنا',
      tags: ['خوشه صنعتی شرکت شهرک‌های صنعتی خوزستان'],
    });
  });

  it('gives the headline once, who speaks, the lead and the paragraphs, without what ends it', () => {
    expect(release.headline).toBe('تصویب ۹ برنامه عمل برای حمایت از خوشه فناوری اطلاعات خوزستان');
    expect(release.kicker).toBe('معاون شرکت شهرک‌های صنعتی استان خبر داد:');
    expect(release.lead).toMatch(/^معاون صنایع کوچک .* به تصویب رسید\.$/);
    expect(release.body.split('\n\n')).toHaveLength(10);
    expect(release.body).not.toContain('انتهای پیام');
    expect(release.body).not.toContain('برچسب');
  });

  it('loses no word of the text', () => {
    const text = KHUZESTAN.slice(KHUZESTAN.indexOf('معاون صنایع کوچک'), KHUZESTAN.indexOf('انتهای پیام'));
    expect(words(`${release.lead} ${release.body}`)).toBe(words(text));
  });
});

describe('a press release printed in lines, with a day above it', () => {
  const release = readPressRelease(AZERBAIJAN);

  it('gives the day and hour of the line above', () => {
    expect(release).toMatchObject({ number: null, date: new Date('2024-06-22T04:16:00.000Z'), tags: [] });
    expect(release.source).toBe('روابط عمومی استانداری آذربایجان شرقی');
  });

  it('puts broken lines together to paragraphs', () => {
    expect(release.headline).toBe('بهره‌مندی از ظرفیت بخش خصوصی در حوزه فناوری اطلاعات و ارتباطات ضروری است');
    const paragraphs = release.body.split('\n\n');
    expect(paragraphs).toHaveLength(13);
    for (const paragraph of paragraphs) expect(paragraph).toMatch(/\.$/);
    expect(release.body).toContain('می‌خواهیم کسب‌وکاری از نو');
  });

  it('loses no word', () => {
    const { kicker, headline, lead, body } = release;
    expect(words([kicker, headline, lead, body].join(' '))).toBe(words(AZERBAIJAN.split('\n').slice(2).join('\n')));
  });
});

describe('half spaces', () => {
  it.each([
    ['میتواند و می تواند و نمی شود', 'می‌تواند و می‌تواند و نمی‌شود'],
    ['شرکتهای بزرگ، شرکت های کوچک، کشور های دیگر', 'شرکت‌های بزرگ، شرکت‌های کوچک، کشورهای دیگر'],
    ['برنامههای عمل و نرم افزار رایانه ای', 'برنامه‌های عمل و نرم‌افزار رایانه‌ای'],
    ['نشسته اند و وارد شدهایم', 'نشسته‌اند و وارد شده‌ایم'],
    ['اصلیترین و بزرگ ترین', 'اصلی‌ترین و بزرگ‌ترین'],
    ['کسب و کار و كسب وکار'.replace('ك', 'ک'), 'کسب‌وکار و کسب‌وکار'],
    ['اقدامات انجامشده', 'اقدامات انجام‌شده'],
  ])('are put back: %s', (spoilt, right) => {
    expect(mendHalfSpaces(spoilt)).toBe(right);
  });

  it.each([
    'در انتهای جلسه تنها آنها و اینها رها شدند',
    'میان دو میدان، میزان میوه و میراث',
    'دفتر و دختر و متر؛ بهترین و بیشترین',
    'این کار انجام شده است',
    'به‌روزرسانی می‌شود',
  ])('are not put where they do not belong: %s', (right) => {
    expect(mendHalfSpaces(right)).toBe(right);
  });
});

describe('whatever the text', () => {
  const word = fc.constantFrom(
    ...'شرکت ها های می شود نمی تواند میتواند رایانه ای اند كسب و کار برنامههای ترین تاکید رییس خبرداد ICT ۲۰ 1403 «نشست» شوراي راهبري، گفت: است. ؟ خوشه\u200Cها'.split(
      ' ',
    ),
  );
  const sentence = fc.array(word, { minLength: 3, maxLength: 14 }).map((all) => `متن ${all.join(' ')}`);
  const text = fc.array(fc.tuple(sentence, fc.constantFrom('\n', '\r\n', '\n\n', '\n \u00A0\n', ' ', '.\n\n')), {
    minLength: 3,
    maxLength: 12,
  });

  it('has the same words in the same order, as headline, lead and body', () => {
    fc.assert(
      fc.property(text, (pieces) => {
        const body = pieces.map(([line, end]) => line + end).join('');
        const release = readPressRelease(`عنوان خبر آزمایشی\n\n${body}`);
        const { kicker, headline, lead, body: read } = release;
        expect(words([headline, kicker, lead, read].join(' '))).toBe(words(`عنوان خبر آزمایشی ${body}`));
      }),
      { numRuns: 300 },
    );
  });

  it('is the same draft in whatever way its lines and spaces came', () => {
    const other = AZERBAIJAN.replaceAll('\n', '\r\n').replaceAll('ی', 'ي').replaceAll('ک', 'ك');
    expect(pressReleaseOrigin(readPressRelease(other))).toBe(pressReleaseOrigin(readPressRelease(AZERBAIJAN)));
    expect(pressReleaseOrigin(readPressRelease(KHUZESTAN))).not.toBe(pressReleaseOrigin(readPressRelease(AZERBAIJAN)));
  });

  it.each(['', '\n\n', 'تنها یک عنوان', 'شماره خبر : 12\nعنوان'])(
    'is refused where nothing follows a headline: %j',
    (empty) => {
      expect(() => readPressRelease(empty)).toThrow(PressReleaseError);
    },
  );
});
