import { describe } from 'vitest';
import { describeMessenger } from './contract.ts';

describe.each(['telegram', 'bale'] as const)('%s, refusing what it would ignore', (name) => {
  describeMessenger({ name, strict: true });
});

describe.each(['telegram', 'bale'] as const)('%s, as lenient as it is', (name) => {
  describeMessenger({ name, strict: false });
});
