import type { ReadRow } from './import-reader.ts';

/**
 * What became of a row's person and business. `there` is known already · `joined` the person was added to a business of
 * this or an earlier list · `duplicate` registered by its own people, who were not touched
 */
export type PersonResult = 'added' | 'there';
export type BusinessResult = 'added' | 'there' | 'joined' | 'duplicate';

/** What is to be said of a row beside the others and the data bank. Texts: `databank.remark.*` */
export interface OutcomeNote {
  code: 'otherName' | 'otherNameKnown' | 'noOwner' | 'samePerson' | 'sameInFile' | 'sameKnown' | 'notStored';
  /** The line of this file that it is about. */
  line: number | null;
}

export interface RowOutcome {
  row: ReadRow;
  /** Nothing of the row is in the data bank. */
  refused: boolean;
  person: PersonResult | null;
  business: BusinessResult | null;
  /** The line of this file that has the same person, or the same business. */
  sameAs: number | null;
  notes: OutcomeNote[];
}

/** Each row is one of `added`, `joined`, `duplicates`, `there` and `refused`, which make up `rows`. */
export interface ImportCounts {
  rows: number;
  /** Rows that brought a new person or a new business. */
  added: number;
  joined: number;
  /** Rows whose business was registered by its own people. */
  duplicates: number;
  /** Rows that brought nothing new. */
  there: number;
  refused: number;
  /** New in the database. */
  people: number;
  /** New in the database. */
  businesses: number;
  /** Rows whose person was taken and whose business was not. */
  left: number;
  /** Rows that were not refused and of which something is to be said. */
  remarked: number;
}

type Share = 'added' | 'joined' | 'duplicates' | 'there' | 'refused';

function shareOf({ refused, person, business }: RowOutcome): Share {
  if (refused) return 'refused';
  if (business === 'joined') return 'joined';
  if (business === 'duplicate') return 'duplicates';
  return person === 'added' || business === 'added' ? 'added' : 'there';
}

/** Whether the person of a row was taken and its business was not. */
export const isLeft = ({ refused, row }: RowOutcome): boolean =>
  !refused && row.remarks.some(({ code }) => code === 'businessLeft');

export function countOutcomes(outcomes: readonly RowOutcome[]): ImportCounts {
  const count = (fits: (outcome: RowOutcome) => boolean): number => outcomes.filter(fits).length;
  const share = (wanted: Share): number => count((outcome) => shareOf(outcome) === wanted);
  return {
    rows: outcomes.length,
    added: share('added'),
    joined: share('joined'),
    duplicates: share('duplicates'),
    there: share('there'),
    refused: share('refused'),
    people: count(({ person }) => person === 'added'),
    businesses: count(({ business }) => business === 'added'),
    left: count(isLeft),
    remarked: count(({ refused, row, notes }) => !refused && row.remarks.length + notes.length > 0),
  };
}
