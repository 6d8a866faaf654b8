import type { RichText } from '../../language/rich-text.ts';
import type { Translator } from '../../language/translator.ts';
import type { Business } from './businesses.service.ts';

/** A business in three lines. */
export function businessCard(
  t: Translator,
  business: Business,
  labels: { kind: string; city: string; fields: string[] },
): RichText {
  return t.rich('businesses.card', {
    name: business.name,
    kind: labels.kind,
    city: labels.city,
    fields: labels.fields.join(t.text('bot.listComma')),
  });
}
