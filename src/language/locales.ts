/**
 * The Persian texts, one line per file in locales/fa, named as the file: their keys are what the translator is
 * typed by. The other languages' files have the same names and are found by them.
 */
export { default as bot } from '../../locales/fa/bot.json' with { type: 'json' };
export { default as members } from '../../locales/fa/members.json' with { type: 'json' };
export { default as businesses } from '../../locales/fa/businesses.json' with { type: 'json' };
export { default as obstacles } from '../../locales/fa/obstacles.json' with { type: 'json' };
export { default as categories } from '../../locales/fa/categories.json' with { type: 'json' };
export { default as desk } from '../../locales/fa/desk.json' with { type: 'json' };
export { default as news } from '../../locales/fa/news.json' with { type: 'json' };
export { default as agenda } from '../../locales/fa/agenda.json' with { type: 'json' };
export { default as programmes } from '../../locales/fa/programmes.json' with { type: 'json' };
export { default as audience } from '../../locales/fa/audience.json' with { type: 'json' };
export { default as preferences } from '../../locales/fa/preferences.json' with { type: 'json' };
export { default as databank } from '../../locales/fa/databank.json' with { type: 'json' };
export { default as directory } from '../../locales/fa/directory.json' with { type: 'json' };
export { default as board } from '../../locales/fa/board.json' with { type: 'json' };
export { default as sheets } from '../../locales/fa/sheets.json' with { type: 'json' };
export { default as weekly } from '../../locales/fa/weekly.json' with { type: 'json' };
export { default as ideas } from '../../locales/fa/ideas.json' with { type: 'json' };
export { default as handover } from '../../locales/fa/handover.json' with { type: 'json' };
export { default as procurement } from '../../locales/fa/procurement.json' with { type: 'json' };
export { default as told } from '../../locales/fa/told.json' with { type: 'json' };
export { default as recognition } from '../../locales/fa/recognition.json' with { type: 'json' };
export { default as taxonomy } from '../../locales/fa/taxonomy.json' with { type: 'json' };
