import { globSync, readFileSync } from 'node:fs';
import type { ApiCall } from '../../src/simulator/simulator.ts';
import type { MonkeyWorld } from './world.ts';

/** How far a run came: what was shown, what of it was pressed, which forms were begun and sent. */
export interface Reached {
  /** Kinds of buttons that stand in the source and that nobody was shown. */
  neverShown: string[];
  /** Shown, and never pressed. */
  neverPressed: string[];
  /** Presses by what they do, see `kindOfPress`, without those of forms. */
  pressed: Record<string, number>;
  /** By dialogue: how many were begun, and how many of these were sent. */
  forms: Record<string, { begun: number; sent: number }>;
}

/** The kinds of buttons that are drawn anywhere in `src`. */
function kindsInSource(): string[] {
  const files = globSync(new URL('../../src/**/*.ts', import.meta.url).pathname);
  const kinds = files.flatMap((file) => [...readFileSync(file, 'utf8').matchAll(/buttonKind\('(\w+)', (\d+),/g)]);
  return kinds.map(([, name = '', version = '']) => `${name}${version}`);
}

/** Counts from now on. */
export function createReach({ pressed, app }: MonkeyWorld) {
  const kinds = kindsInSource();
  const shown = new Set<string>();

  return {
    note({ payload }: ApiCall): void {
      for (const [, prefix = ''] of JSON.stringify(payload).matchAll(/"callback_data":"(\w+)/g)) shown.add(prefix);
    },
    async summary(): Promise<Reached> {
      const drafts = app.database.connection.collection('drafts');
      const counts = drafts.aggregate<{ _id: string; begun: number; sent: number }>([
        {
          $group: {
            _id: '$dialogue',
            begun: { $sum: 1 },
            sent: { $sum: { $cond: [{ $eq: ['$status', 'sent'] }, 1, 0] } },
          },
        },
        { $sort: { _id: 1 } },
      ]);
      const pressedKinds = new Set([...pressed.keys()].map((name) => name.split(':')[0]));
      const forms = (await counts.toArray()).map(({ _id, ...count }) => [_id, count] as const);
      return {
        neverShown: kinds.filter((kind) => !shown.has(kind)),
        neverPressed: kinds.filter((kind) => shown.has(kind) && !pressedKinds.has(kind)),
        pressed: Object.fromEntries([...pressed].filter(([name]) => !/^[al]1:/.test(name))),
        forms: Object.fromEntries(forms),
      };
    },
  };
}
