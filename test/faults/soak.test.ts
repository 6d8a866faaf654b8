import { expect, inject, it } from 'vitest';
import { runMonkey } from '../monkey/monkey.ts';
import { FORM, inForm } from './form.ts';
import { seen } from './seen.ts';

it(
  'row 29: many people, messengers that fail now and then: nobody is left without an answer and memory stays',
  async (context) => {
    const endsAt = performance.now() + FORM.minutes * 60_000;
    const { actions, findings, memory } = await runMonkey({
      seed: FORM.seed + 100,
      mongoUri: inject('mongoUri'),
      withFaults: true,
      isOver: (soFar) => inForm(soFar >= 120, performance.now() > endsAt),
    });
    const found = findings.map(({ finding }) => finding.what);
    // Whole, where a comparison of arrays would be cut.
    if (found.length > 0) expect.fail(found.join('\n'));
    expect(actions).toBeGreaterThan(50);
    seen(
      context,
      `${actions} actions with faults, 0 findings, memory ${memory.warm.toFixed(0)} → ${memory.end.toFixed(0)} MB, ${memory.perHour?.toFixed(1) ?? '?'} MB an hour at the pace of the second half`,
    );
  },
  FORM.minutes * 60_000 + 300_000,
);
