import { Types, type Connection } from 'mongoose';
import { ENDED, STATUSES, type Status } from '../../../src/features/obstacles/obstacle-status.ts';
import { faceFields } from '../../../src/features/obstacles/public-face.ts';
import { OBSTACLE_CATEGORIES } from '../../../src/language/taxonomies.ts';
import { formatTrackingCode } from '../../../src/language/tracking-code.ts';
import pairs from './similar-pairs.json' with { type: 'json' };
import { mulberry } from './measure.ts';

/** Small: each case goes into some hundred places of the index of grams, and an answer has to come in time. */
const BATCH = 250;
const DAY_MS = 86_400_000;
const LETTERS = 'ابپتجچحخدرزسشصضطعغفقکگلمنوهی';
/** Most cases have ended, and four of five are for everybody. */
const ENDED_SHARE = 0.6;
const PUBLIC_SHARE = 0.8;

export const CITIES = ['03-tabriz', '06-ahvaz', '10-isfahan', '03-marand', '06-dezful', '03-maragheh', '03-bonab'];
export const CATEGORIES = OBSTACLE_CATEGORIES.map(({ code }) => code);

/** Cases of words that people use, mixed with names and slips that nobody else has; straight into the collection. */
export async function fillCases(connection: Connection, total: number): Promise<void> {
  const random = mulberry(1405);
  const pick = <One>(list: readonly One[]): One => list[Math.floor(random() * list.length)] as One;
  const words = [...pairs.same, ...pairs.different].flatMap(([told = []]) => told.join(' ').split(/[\s،؛.]+/));
  const rare = Array.from({ length: 20_000 }, () => Array.from({ length: 3 + Math.floor(random() * 5) }, () => pick([...LETTERS])).join(''));
  // Some words are in every tenth text and most in hardly any.
  const word = () => (random() < 0.65 ? pick(words) : (rare[Math.floor(random() ** 3 * rare.length)] ?? ''));
  const text = (length: number) => Array.from({ length }, word).join(' ');

  for (let made = 0; made < total; made += BATCH) {
    const cases = Array.from({ length: Math.min(BATCH, total - made) }, (_, index) => caseOf(made + index));
    await connection.collection('obstacles').insertMany(cases);
  }

  function caseOf(number: number): Record<string, unknown> {
    const status: Status = random() < ENDED_SHARE ? pick(STATUSES.slice(7)) : pick(STATUSES.slice(0, 7));
    const at = new Date(Date.now() - random() * 700 * DAY_MS);
    const people = 1 + Math.floor(random() ** 4 * 60);
    const rials = Math.floor(random() * 1e9);
    const visibility = random() < PUBLIC_SHARE ? ('public' as const) : ('secretariat' as const);
    const told = { title: text(7), description: text(24) };
    const change = { at, party: 'staff', actorId: null, from: null, to: status, reason: 'بررسی شد', source: '' };
    return {
      draftId: `bench-${number}`,
      code: formatTrackingCode(1_000_000 + number),
      reporterId: new Types.ObjectId(),
      businessId: null,
      cityCode: pick(CITIES),
      category: pick(CATEGORIES),
      ...told,
      titleKey: `${number}`,
      kind: 'obstacle',
      subtopic: null,
      body: null,
      cost: { days: null, rials, people: null },
      visibility,
      hiddenName: false,
      ...faceFields({ kind: 'obstacle', ...told, visibility, status }).set,
      publicTitle: told.title,
      support: {
        people,
        totals: { days: null, rials: rials * people, people: null },
        givers: { days: 0, rials: people, people: 0 },
        shownPeople: people >= 5 ? people : 0,
        shownRials: people >= 5 ? rials * people : 0,
        version: 1,
      },
      evidence: [],
      status,
      assigneeId: null,
      history: Array.from({ length: 3 }, (_, batch) => ({ ...change, source: `${number}-${batch}`, batch, tellAt: at })),
      notes: [],
      checked: [],
      clock: { firstAnswerDue: at, nextWordDue: null, pausedAt: null, due: null, answered: true, stage: 0 },
      mergedInto: null,
      rating: null,
      firstAnsweredAt: new Date(at.getTime() + random() * 5 * DAY_MS),
      endedAt: ENDED.includes(status) ? new Date(at.getTime() + random() * 30 * DAY_MS) : null,
      reportedAt: at,
      updatedAt: at,
    };
  }
}
