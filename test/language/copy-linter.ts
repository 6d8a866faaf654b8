/** Faults in Persian interface texts that a machine can see. Whether a text is warm and clear, a reader must say. */
export interface CopyRule {
  id: string;
  fault: RegExp;
  /** What to write instead. */
  fix: string;
}

const LETTER =
  '[\\u0621-\\u063A\\u0641-\\u064A\\u067E\\u0686\\u0698\\u06A9\\u06AF\\u06CC\\u06C0\\u064B-\\u0655\\u200C]';
const wholeWord = (words: string): RegExp => new RegExp(`(?<!${LETTER})(?:${words})(?!${LETTER})`);

/** What is not Persian prose: codes to copy, tags, placeholders, links, addresses, user names, commands, the name of Arabic. */
const NOT_PROSE =
  /العربية|اللغة|<code>.*?<\/code>|<\/?[bi]>|\{\{[^}]*\}\}|https?:\/\/\S+|[\w.+-]+@[\w.-]+|@\w+|(?<![\w\u0600-\u06FF])\/[a-z_]+/g;

export const COPY_RULES: readonly CopyRule[] = [
  // Letters and digits
  { id: 'arabic-letter', fault: /[يكىة٠-٩]/, fix: 'ی ک ه/ت ۰–۹' },
  { id: 'ascii-digit', fault: /[0-9]/, fix: 'a Persian digit, {{n, number}}, or <code> for what is copied' },
  { id: 'kashida', fault: /\u0640/, fix: 'none' },
  {
    id: 'hamza',
    fault: wholeWord('تامین|مسوول|مسول|موسسه|رای|هیات|جزییات|لطفا|حتما|فعلا|قبلا'),
    fix: 'تأمین مسئول مؤسسه رأی هیئت جزئیات لطفاً حتماً',
  },
  // Marks and spaces
  { id: 'ascii-punctuation', fault: new RegExp(`(?<=${LETTER})\\s?[,;?]`), fix: '، ؛ ؟' },
  { id: 'straight-quote', fault: /["“”]/, fix: '«…»' },
  { id: 'three-dots', fault: /\.\.\./, fix: '…' },
  { id: 'exclamations', fault: /![\s\S]*!/, fix: 'one at most, better none' },
  { id: 'space-before-mark', fault: new RegExp(`${LETTER} +[،؛؟!.:]`), fix: 'no space before a mark' },
  {
    id: 'no-space-after-mark',
    fault: new RegExp(`[،؛؟!:](?=${LETTER})|(?<=${LETTER}{2})\\.(?=${LETTER})`),
    fix: 'one space after a mark',
  },
  { id: 'space-inside-bracket', fault: /[«(] | [»)]/, fix: 'brackets tight inside' },
  { id: 'double-space', fault: / {2,}/, fix: 'one space' },
  { id: 'space-at-line-end', fault: / \n|\p{L}[^\n]* $/u, fix: 'none' },
  // The half space
  { id: 'mi-space', fault: new RegExp(`(?<!${LETTER})ن?می (?=${LETTER})`), fix: 'می\u200C نمی\u200C' },
  {
    id: 'ha-space',
    fault: new RegExp(`(?<=${LETTER}) (?:ها|های|هایی|هایم|هایتان|هایشان)(?!${LETTER})`),
    fix: '\u200Cها',
  },
  { id: 'tar-space', fault: new RegExp(`(?<=${LETTER}) (?:تر|ترین)(?!${LETTER})`), fix: '\u200Cتر' },
  {
    id: 'compound-space',
    fault: wholeWord('نرم افزار|سخت افزار|کسب و کار|به روز ?رسانی|دانش بنیان|پیام رسان'),
    fix: 'نرم\u200Cافزار کسب\u200Cوکار',
  },
  {
    id: 'stray-zwnj',
    fault: /(?<![\u0620-\u06FF])\u200C|\u200C(?![\u0620-\u06FF])|\u200C{2,}|[ادذرزژو]\u200Cها/,
    fix: 'once, between two letters, where it changes something',
  },
  { id: 'ezafe-ye', fault: new RegExp(`ه[ \u200C]ی(?!${LETTER})`), fix: 'هٔ everywhere' },
  { id: 'ezafe-one-letter', fault: /\u06C0/, fix: 'ه and hamza above, the spelling that tidy stores' },
  // The voice
  {
    id: 'familiar-you',
    fault: wholeWord('تو|برات|بهت|ازت|کن|بزن|بنویس|بفرست|بگو|هستی|کردی|می\u200C?تونی|می\u200C?خوای'),
    fix: 'شما and a plural verb',
  },
  {
    id: 'colloquial',
    fault: wholeWord('ن?می\u200C?شه|اینجوری|چیه|دیگه|بشه|باشه|اگه|واسه|یه|رو'),
    fix: 'the written form: می\u200Cشود، اگر، برای، یک، را',
  },
  {
    id: 'blame',
    fault: /(?:نادرست|اشتباه|غلط) (?:وارد )?کرد/,
    fix: 'say what is not right, not who: این کد درست نیست',
  },
];

/** The ids of the rules that a Persian text breaks. */
export function lintCopy(text: string): string[] {
  const prose = text.replace(NOT_PROSE, 'X');
  return COPY_RULES.filter((rule) => rule.fault.test(prose)).map((rule) => rule.id);
}
