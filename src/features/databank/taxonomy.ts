import { searchKey } from '../../language/persian-text.ts';
import { BUSINESS_KINDS, DOCUMENT_KINDS, FIELDS, WORKPLACES } from '../../language/taxonomies.ts';
import type { Translations } from '../../language/translator.ts';

/** One of several names in a cell and what it was taken for. */
export interface NamedCode {
  typed: string;
  code: string | null;
  /** False where only one label holds the typed words. */
  exact: boolean;
}

/** Finds the codes of what people write in a list, by code or by label in any language. */
export interface Taxonomy {
  kind(typed: string): string | null;
  workplace(typed: string): string | null;
  fields(typed: string): NamedCode[];
  documents(typed: string): NamedCode[];
}

type Labels = readonly { code: string; keys: readonly string[] }[];

const key = (text: string): string => searchKey(text).replaceAll(' ', '');
/** A word of two letters is in half of the labels. */
const SHORTEST_GUESS = 3;
/** UTF-16 units of a name; no label is longer. */
const LONGEST_NAME = 100;

export function createTaxonomy(labelsOf: Translations['labelsOf']): Taxonomy {
  const labelled = <Code extends string>(codes: readonly Code[], labels: (code: Code) => readonly string[]): Labels =>
    codes.map((code) => ({ code, keys: [key(code), ...labels(code).map(key)] }));
  const kinds = labelled(BUSINESS_KINDS, (code) => labelsOf(`taxonomy.kinds.${code}`));
  const workplaces = labelled(WORKPLACES, (code) => labelsOf(`taxonomy.workplaces.${code}`));
  const documents = labelled(DOCUMENT_KINDS, (code) => labelsOf(`taxonomy.documents.${code}`));
  const fields = labelled(
    FIELDS.map(({ code }) => code),
    (code) => labelsOf(`taxonomy.fields.${code}`),
  );
  return {
    kind: (typed) => find(kinds, typed).code,
    workplace: (typed) => find(workplaces, typed).code,
    fields: (typed) => findAll(fields, typed),
    documents: (typed) => findAll(documents, typed),
  };
}

function find(labels: Labels, typed: string): NamedCode {
  if (typed.length > LONGEST_NAME) return { typed, code: null, exact: false };
  const wanted = key(typed);
  const exact = labels.find(({ keys }) => keys.includes(wanted));
  if (exact) return { typed, code: exact.code, exact: true };
  const holding =
    wanted.length < SHORTEST_GUESS ? [] : labels.filter(({ keys }) => keys.some((one) => one.includes(wanted)));
  return { typed, code: holding.length === 1 ? (holding[0]?.code ?? null) : null, exact: false };
}

/** Labels have commas in them, so the whole is tried first, then the parts between stronger signs, then between commas. */
function findAll(labels: Labels, typed: string): NamedCode[] {
  const whole = find(labels, typed);
  if (whole.exact) return [whole];
  const parts = split(typed, /[;؛/|\n]/);
  return parts.flatMap((part) => {
    const found = find(labels, part);
    const smaller = split(part, /[,،]/);
    return found.exact || smaller.length === 1 ? [found] : smaller.map((one) => find(labels, one));
  });
}

const split = (text: string, at: RegExp): string[] =>
  text
    .split(at)
    .map((part) => part.trim())
    .filter((part) => part !== '');
