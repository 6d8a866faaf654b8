import { withoutAddresses } from '../../language/addresses.ts';
import { buttonKind } from '../../bot/callback-data.ts';
import { placeName } from '../../language/places.ts';
import { join, type RichText } from '../../language/rich-text.ts';
import type { TextKey, Translator } from '../../language/translator.ts';
import type { InlineButton, OutgoingMessage } from '../../messengers/messenger.ts';
import type { Business } from '../businesses/businesses.service.ts';
import type { Recognition } from './recognition.service.ts';

/** About a business: open, issue. */
export const businessLetterButton = buttonKind('ra', 1, ['business', 'act']);
/** About a letter: again, end, end-sure, revoke, see. */
export const letterButton = buttonKind('rb', 1, ['id', 'act']);
/** A page of letters, for who may revoke them. */
export const lettersButton = buttonKind('rc', 1, ['page']);

export const LETTERS_SHOWN = 8;

export const kindText = (t: Translator, code: string): string => t.text(`taxonomy.kinds.${code}` as TextKey);

/** The letter of a business as its owner sees it. `card` is the button data that leads back to the business. */
export function letterHome(
  t: Translator,
  {
    business,
    newest,
    card,
    isOffered,
  }: {
    business: Business;
    newest: Recognition | null;
    card: string;
    isOffered: boolean;
  },
): OutgoingMessage {
  const rows: InlineButton[][] = [];
  const isValid = newest?.standing === 'valid';
  if (newest && isValid)
    rows.push(
      [{ label: t.text('recognition.button.again'), data: letterButton.data(newest.id, 'again') }],
      [{ label: t.text('recognition.button.end'), data: letterButton.data(newest.id, 'end') }],
    );
  if (isOffered)
    rows.push([
      {
        label: t.text(isValid ? 'recognition.button.renew' : 'recognition.button.issue'),
        data: businessLetterButton.data(business.id, 'issue'),
      },
    ]);
  rows.push([{ label: t.text('recognition.button.card'), data: card }]);
  return {
    text: join(
      [
        t.rich('recognition.home.title', { name: withoutAddresses(business.name) }),
        t.rich('recognition.home.intro'),
        ...(isOffered ? [] : [t.rich('recognition.act.notFit')]),
        ...(newest ? standingLines(t, newest) : []),
      ],
      '\n\n',
    ),
    keyboard: { kind: 'inline', rows },
  };
}

function standingLines(t: Translator, { standing, code, expiresAt, ended }: Recognition): RichText[] {
  switch (standing) {
    case 'valid':
      return [t.rich('recognition.home.valid', { code, until: expiresAt }), t.rich('recognition.home.renewHint')];
    case 'revoked':
      return [
        ended?.byCouncil
          ? t.rich('recognition.home.revoked', { reason: ended.reason })
          : t.rich('recognition.home.ended'),
      ];
    case 'expired':
    case 'unconfirmed':
      return [t.rich(`recognition.home.${standing}`)];
    case 'superseded':
      return [];
  }
}

export function endQuestion(t: Translator, { id, facts }: Recognition): OutgoingMessage {
  return {
    text: t.rich('recognition.end.question', { name: withoutAddresses(facts.name) }),
    keyboard: {
      kind: 'inline',
      rows: [[{ label: t.text('recognition.button.endSure'), data: letterButton.data(id, 'end-sure') }]],
    },
  };
}

/** What anybody with the code learns; with `mayRevoke` also what the head needs to act on it. */
export function checkMessage(
  t: Translator,
  recognition: Recognition | null,
  { mayRevoke }: { mayRevoke: boolean },
): OutgoingMessage {
  if (!recognition) return { text: t.rich('recognition.check.unknown') };
  const { id, standing, facts, issuedAt, expiresAt } = recognition;
  const text = join(
    [
      t.rich(`recognition.check.${standing}`),
      join([
        t.rich('recognition.check.name', { name: withoutAddresses(facts.name) }),
        t.rich('recognition.check.kind', { kind: kindText(t, facts.kind) }),
        facts.since === null ? '' : t.rich('recognition.check.since', { year: facts.since }),
        t.rich('recognition.check.city', { city: placeName(facts.cityCode, t.language) }),
      ]),
      mayRevoke ? t.rich('recognition.check.staff', { at: issuedAt, until: expiresAt }) : '',
    ],
    '\n\n',
  );
  if (!mayRevoke) return { text };
  const rows: InlineButton[][] = [];
  if (standing === 'valid' || standing === 'unconfirmed')
    rows.push([{ label: t.text('recognition.button.revoke'), data: letterButton.data(id, 'revoke') }]);
  rows.push([{ label: t.text('recognition.button.list'), data: lettersButton.data('0') }]);
  return { text, keyboard: { kind: 'inline', rows } };
}

export function lettersPage(
  t: Translator,
  {
    recognitions,
    more,
    page,
    home,
  }: { recognitions: readonly Recognition[]; more: boolean; page: number; home: string },
): OutgoingMessage {
  const rows = recognitions.map(({ id, facts }): InlineButton[] => [
    {
      label: t.text('recognition.button.item', { name: withoutAddresses(facts.name) }),
      data: letterButton.data(id, 'see'),
    },
  ]);
  const turns: InlineButton[] = [];
  if (page > 0) turns.push({ label: t.text('bot.button.previousPage'), data: lettersButton.data(String(page - 1)) });
  if (more) turns.push({ label: t.text('bot.button.nextPage'), data: lettersButton.data(String(page + 1)) });
  if (turns.length > 0) rows.push(turns);
  rows.push([{ label: t.text('bot.button.back'), data: home }]);
  return {
    text: join(
      [t.rich('recognition.list.title'), recognitions.length === 0 ? t.rich('recognition.list.empty') : ''],
      '\n\n',
    ),
    keyboard: { kind: 'inline', rows },
  };
}

/** What the business reads when its letter was revoked. */
export const revokedNotice = (t: Translator, { facts, ended }: Recognition): OutgoingMessage => ({
  text: t.rich('recognition.revoke.notice', { name: withoutAddresses(facts.name), reason: ended?.reason ?? '' }),
});
