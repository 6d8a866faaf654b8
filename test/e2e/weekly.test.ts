import { describe, expect, it } from 'vitest';
import { readTable } from '../../src/sheets/table.ts';
import type { ChatMessage } from '../../src/simulator/simulator.ts';
import { fa, faBegins, MESSENGERS, useWorld } from '../support/app.ts';
import { memberOf, officerOf, report, somebody } from '../support/journeys.ts';

const PNG = [0x89, 0x50, 0x4e, 0x47];

describe.each(MESSENGERS)('the weekly five minutes on %s', (messenger) => {
  const world = useWorld();
  const isTitle = ({ text, media }: Pick<ChatMessage, 'text' | 'media'>) =>
    media === null && text.startsWith(faBegins('weekly.title').split('\n')[0] ?? '');
  const download = async (fileId = ''): Promise<Uint8Array> =>
    (await world.app.clients.get(messenger)?.download(fileId))?.bytes ?? new Uint8Array();

  it('come to a council member on request as one message, one picture and one sheet', async () => {
    const { person: member } = await memberOf(world, messenger);
    await report(member);
    const council = await officerOf(world, messenger, { userId: 7101, role: 'council' });
    council.command('weekly');
    const text = await council.waitFor(isTitle);
    expect(text.text).toContain(fa('weekly.line', { name: fa('weekly.fresh'), value: fa('weekly.few') }));
    const photo = await council.waitFor((message) => message.media?.kind === 'photo');
    expect(Array.from((await download(photo.media?.fileId)).slice(0, 4))).toEqual(PNG);
    const sheet = await council.waitFor((message) => message.media?.kind === 'document');
    const rows = readTable(await download(sheet.media?.fileId)).map(({ cells }) => cells);
    expect(rows).toContainEqual([fa('weekly.sheet.summary'), fa('weekly.fresh'), fa('weekly.few')]);
    // One report is too few to say what it is about or where it comes from.
    expect(rows.flat()).not.toContain(fa('taxonomy.categories.license'));
    expect(rows.flat()).not.toContain('اهواز');
  });

  it('are in nobody else’s menu, and do not open by their command', async () => {
    const person = somebody(world, messenger);
    person.command('start');
    await person.waitFor(fa('bot.prompt'));
    person.command('weekly');
    await world.settled();
    expect(person.chat.some(isTitle)).toBe(false);
  });

  it('go out on Saturday to council members and heads, once, and to no officer', async () => {
    const council = await officerOf(world, messenger, { userId: 7201, role: 'council' });
    const officer = await officerOf(world, messenger, { userId: 7202, role: 'officer' });
    const job = world.app.features.jobs.find(({ name }) => name === 'weekly');
    expect(job?.when).toBe('0 8 * * 6');
    await job?.run(new Date());
    await job?.run(new Date());
    await world.settled();
    await council.waitFor((message) => message.media?.kind === 'document');
    expect(council.chat.filter(isTitle)).toHaveLength(1);
    expect(council.chat.filter(({ media }) => media !== null)).toHaveLength(2);
    expect(officer.chat.some(isTitle)).toBe(false);
  });
});
