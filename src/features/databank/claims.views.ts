import { withoutAddresses } from '../../language/addresses.ts';
import { buttonKind } from '../../bot/callback-data.ts';
import { placeName } from '../../language/places.ts';
import { join } from '../../language/rich-text.ts';
import type { Translator } from '../../language/translator.ts';
import type { OutgoingMessage } from '../../messengers/messenger.ts';
import type { Claim, ClaimFacts, ClaimOutcome } from './claims.service.ts';

export const claimButton = buttonKind('vc', 1, ['claim', 'answer']);

/** Enough to recognise oneself, and little for a stranger whose number this was: «مریم ا…». */
export function masked(words: string): string {
  const [first = '', ...rest] = words.split(' ');
  return [first, ...rest.map((word) => `${word.slice(0, 1)}…`)].join(' ');
}

function factLines(t: Translator, { name, cityCode, businesses }: ClaimFacts) {
  return join([
    t.rich('databank.claim.name', { name: masked(name) }),
    cityCode === null ? '' : t.rich('databank.claim.city', { city: placeName(cityCode, t.language) }),
    ...businesses.map((business) =>
      t.rich('databank.claim.business', {
        name: masked(business.name),
        city: placeName(business.cityCode, t.language),
      }),
    ),
  ]);
}

export function claimOffer(t: Translator, { id, facts }: Claim): OutgoingMessage {
  return {
    text: join([t.rich('databank.claim.ask'), factLines(t, facts)], '\n\n'),
    keyboard: {
      kind: 'inline',
      rows: [
        [{ label: t.text('databank.button.claimYes'), data: claimButton.data(id, 'yes') }],
        [{ label: t.text('databank.button.claimNo'), data: claimButton.data(id, 'no') }],
      ],
    },
  };
}

export function claimAnswered(t: Translator, outcome: Exclude<ClaimOutcome, { kind: 'prove' }>): OutgoingMessage {
  if (outcome.kind !== 'joined') return { text: t.rich(`databank.claim.${outcome.kind}`) };
  const businesses = outcome.businesses.map((name) =>
    t.rich('databank.claim.joinedBusiness', { name: withoutAddresses(name) }),
  );
  return { text: join([t.rich('databank.claim.joined'), join(businesses)], '\n\n') };
}

/** For the desk: what members said is not theirs. */
export function refusedClaims(
  t: Translator,
  { total, entries }: { total: number; entries: readonly { facts: ClaimFacts; at: Date }[] },
  back: string,
): OutgoingMessage {
  const lines = entries.map(({ facts, at }) =>
    t.rich('databank.refused.item', {
      name: facts.name,
      businesses: facts.businesses.map(({ name }) => name).join(t.text('bot.listComma')) || '—',
      at,
    }),
  );
  return {
    text: join([t.rich('databank.refused.title', { count: total }), ...lines], '\n\n'),
    keyboard: { kind: 'inline', rows: [[{ label: t.text('bot.button.back'), data: back }]] },
  };
}
