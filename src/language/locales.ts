/**
 * The Persian texts, one line per file in locales/fa, named as the file: their keys are what the translator is
 * typed by. The other languages' files have the same names and are found by them.
 */
export { default as bot } from '../../locales/fa/bot.json' with { type: 'json' };
export { default as taxonomy } from '../../locales/fa/taxonomy.json' with { type: 'json' };
