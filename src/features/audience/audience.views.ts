import { placeName } from '../../language/places.ts';
import { wakingText } from '../../language/quiet-hours.ts';
import type { RichText } from '../../language/rich-text.ts';
import type { TextKey, Translator } from '../../language/translator.ts';
import type { InlineButton } from '../../messengers/messenger.ts';
import { FILTERS, type Audience, type FilterName } from './audience.ts';
import type { AudienceCounts } from './audiences.service.ts';

/** What a code of one filter is called. */
export function filterLabel(t: Translator, name: FilterName, code: string): string {
  switch (name) {
    case 'kinds':
      return t.text(`taxonomy.kinds.${code}` as TextKey);
    case 'fields':
      return t.text(`taxonomy.fields.${code}` as TextKey);
    case 'provinces':
    case 'cities':
      return placeName(code, t.language);
    case 'topics':
      return t.text(`taxonomy.topics.${code}` as TextKey);
    case 'states':
      return t.text(`audience.state.${code}` as TextKey);
    case 'languages':
      return t.text(`members.language.${code}` as TextKey);
    case 'roles':
      return t.text(`desk.role.${code}` as TextKey);
  }
}

/** An audience in words, one line for each condition. */
export function audienceLines(t: Translator, audience: Audience): RichText[] {
  switch (audience.kind) {
    case 'all':
      return [t.rich('audience.is.all')];
    case 'case':
      return [t.rich('audience.is.case', { code: audience.code })];
    case 'people':
      return [t.rich('audience.is.people', { people: audience.ids.length })];
    case 'filter':
      return FILTERS.flatMap((name) => {
        const codes = audience.filter[name] ?? [];
        if (codes.length === 0) return [];
        const values = codes.map((code) => filterLabel(t, name, code)).join(t.text('bot.listComma'));
        return [t.rich('audience.is.filter', { what: t.text(`audience.filter.${name}`), values })];
      });
  }
}

/** How many there are, by messenger; those who get nothing now are named only where there are any. */
export function countLines(t: Translator, counts: AudienceCounts): RichText[] {
  const { telegram, bale } = counts;
  const apart = (['already', 'digest', 'muted', 'unreachable'] as const).filter((name) => counts[name] > 0);
  return [
    t.rich(counts.quiet === 0 ? 'audience.count.now' : 'audience.count.later', { telegram, bale }),
    ...quietLines(t, counts),
    ...(reachedBy(counts) === 0 ? [t.rich('audience.count.nobody')] : []),
    ...apart.map((name) => t.rich(`audience.count.${name}`, { people: counts[name] })),
  ];
}

/** Who is asleep when it leaves, and when they get it; empty where nobody is. */
export function quietLines(
  t: Translator,
  { quiet, wakes }: { quiet: number; wakes: { first: Date; last: Date } | null },
): RichText[] {
  if (quiet === 0 || !wakes) return [];
  return [t.rich('audience.count.quiet', { people: quiet, hours: wakingText(t, wakes) })];
}

export const reachedBy = ({ telegram, bale, digest }: AudienceCounts): number => telegram + bale + digest;

export const rowsOf = (buttons: readonly InlineButton[]): InlineButton[][] =>
  buttons.flatMap((_, index) => (index % 2 === 0 ? [buttons.slice(index, index + 2)] : []));
