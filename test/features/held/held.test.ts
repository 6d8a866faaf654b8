import { beforeAll, describe, expect, it } from 'vitest';
import { ensureIndexes } from '../../../src/database/indexes.ts';
import { createHeld, filesOfHeld, textOfHeld, type SentMessage } from '../../../src/features/held/held.service.ts';
import { useDatabase } from '../../support/database.ts';
import { newId } from '../obstacles/support.ts';
import { systemNow } from '../../../src/system-clock.ts';

const database = useDatabase();
let messages = 0;

const message = (chatId: number, changes: Partial<SentMessage> = {}): SentMessage => {
  messages += 1;
  return { messenger: 'telegram', chatId, messageId: messages, source: newId(), text: '', file: null, ...changes };
};
const file = (storedId: string) => ({ storedId, kind: 'photo' as const });

describe('held messages', () => {
  const held = () => createHeld({ now: systemNow, connection: database.connection });
  beforeAll(async () => {
    held();
    await ensureIndexes(database.connection);
  });

  it('make one piece of an album, in whatever order and however often its updates are worked', async () => {
    const member = newId();
    const album = [1, 2, 3].map((number) => ({ ...message(1, { file: file(`f${number}`) }), album: 'A' }));
    const kept = await Promise.all([...album, ...album].map((one) => held().keep(member, one)));
    expect(new Set(kept.map((one) => one.held.id)).size).toBe(1);
    // The one that came first asks, and asks again when it is worked again.
    expect(kept.filter(({ isFirst }) => isFirst)).toHaveLength(2);
    const [all] = await held().waitingOf(member);
    expect(
      all &&
        filesOfHeld(all)
          .map(({ storedId }) => storedId)
          .toSorted(),
    ).toEqual(['f1', 'f2', 'f3']);
  });

  it('keep albums of the same number in two chats apart', async () => {
    const [one, two] = [newId(), newId()];
    await held().keep(one, { ...message(10), album: 'B' });
    await held().keep(two, { ...message(11), album: 'B' });
    expect(await held().waitingOf(one)).toHaveLength(1);
    expect(await held().waitingOf(two)).toHaveLength(1);
  });

  it('keep what an edited message said and what it says, files too', async () => {
    const member = newId();
    const first = message(20, { text: 'یک', file: file('old') });
    const { held: kept } = await held().keep(member, { ...first, album: null });
    const edit = { ...first, source: newId(), text: 'دو', file: file('new') };
    for (let time = 0; time < 2; time += 1) await held().edit(edit);
    const there = await held().find(kept.id, member);
    expect(there?.parts[0]?.texts.map(({ text }) => text)).toEqual(['یک', 'دو']);
    expect(there?.parts[0]?.files.map(({ storedId }) => storedId)).toEqual(['old', 'new']);
    expect(there && [textOfHeld(there), filesOfHeld(there)]).toEqual(['دو', [file('new')]]);
    expect(await held().edit(message(20, { text: 'سه' }))).toBeNull();
    expect(await held().holds({ ...first, messenger: 'bale' })).toBe(false);
  });

  it('are settled once, but may be taken up again after «nothing»', async () => {
    const member = newId();
    const { held: kept } = await held().keep(member, { ...message(30, { text: 'متن' }), album: null });
    expect(await held().settle(kept, { state: 'nothing' })).toBe(true);
    expect(await held().waitingOf(member)).toEqual([]);
    expect(await held().settle(kept, { state: 'added', obstacleId: newId() })).toBe(true);
    expect(await held().settle(kept, { state: 'report', draftId: newId() })).toBe(false);
  });

  it('are their sender’s alone, go along when two people become one, and go with who leaves', async () => {
    const [member, other] = [newId(), newId()];
    const { held: kept } = await held().keep(member, { ...message(40, { text: 'متن' }), album: null });
    expect(await held().find(kept.id, other)).toBeNull();
    expect(await held().find('no id', member)).toBeNull();
    await held().moveMember(member, other);
    expect(await held().ofMember(other)).toHaveLength(1);
    await held().forgetMember(other);
    expect(await held().ofMember(other)).toEqual([]);
  });
});
