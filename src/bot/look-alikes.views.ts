import { looksForged } from '../language/look-alikes.ts';
import type { RichText } from '../language/rich-text.ts';
import type { Translator } from '../language/translator.ts';

/** A line for each of these names that staff should look at twice before they go by it. */
export const lookAlikeLines = (t: Translator, names: readonly (string | null)[]): RichText[] =>
  names.filter((name) => name !== null && looksForged(name)).map((name) => t.rich('bot.lookAlike', { name: name! }));
