import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { readTable } from '../../src/sheets/table.ts';
import type { Person } from '../../src/simulator/simulator.ts';
import { fa, MESSENGERS, useWorld } from '../support/app.ts';
import { memberOf, officerOf, report } from '../support/journeys.ts';

type SheetName = 'businesses' | 'cases' | 'deliveries' | 'audit';

describe.each(MESSENGERS)('the sheets on %s', (messenger) => {
  const world = useWorld();

  async function choose(person: Person): Promise<string[]> {
    person.command('desk');
    await person.waitFor(fa('desk.home.title'));
    person.press(fa('databank.button.export'));
    const choice = await person.waitFor(fa('sheets.choose'));
    return choice.inlineKeyboard.flat().map(({ label }) => label);
  }

  async function take(person: Person, sheet: SheetName): Promise<string[][]> {
    person.press(fa(`sheets.name.${sheet}`));
    const sent = await person.waitFor((message) => message.media?.name?.includes(sheet) ?? false);
    const file = await world.app.clients.get(messenger)?.download(sent.media?.fileId ?? '');
    return readTable(file?.bytes ?? new Uint8Array()).map(({ cells }) => cells);
  }
  const flat = (rows: string[][]): string => rows.map((cells) => cells.join('|')).join('\n');

  it('offer to each role what it may have, and nothing else by an old button', async () => {
    const admin = await officerOf(world, messenger, { userId: 7301, role: 'admin' });
    const officer = await officerOf(world, messenger, { userId: 7302, role: 'officer' });
    const all = (['members', 'businesses', 'cases', 'deliveries', 'audit'] as const).map((one) =>
      fa(`sheets.name.${one}`),
    );
    expect(await choose(admin)).toEqual(expect.arrayContaining(all));
    const offered = await choose(officer);
    expect(offered).toEqual(expect.arrayContaining(all.slice(0, 3)));
    expect(offered).not.toContain(fa('sheets.name.audit'));
    expect(await world.app.features.databank.exports.begin({ id: null, roles: ['officer'] }, { sheet: 'audit' })).toBe(
      null,
    );
  });

  it('of the cases name their reporters to the desk, but not who wants no name, and none to the council', async () => {
    const { person: member } = await memberOf(world, messenger);
    const code = await report(member);
    const open = await report(member, {
      title: 'سامانه هر روز قطع است',
      description: 'از دیروز هیچ درخواستی ثبت نمی‌شود.',
    });
    const cases = world.app.database.connection.collection('obstacles');
    await cases.updateOne({ code: open }, { $set: { hiddenName: false } });
    const admin = await officerOf(world, messenger, { userId: 7311, role: 'admin' });
    await choose(admin);
    const rows = await take(admin, 'cases');
    const row = (of: string) => rows.find((cells) => cells.includes(of)) ?? [];
    expect(row(code)).toContain(fa('sheets.hidden'));
    expect(row(code)).not.toContain('مریم احمدی');
    expect(row(open)).toContain('مریم احمدی');
    expect(row(open).some((cell) => /^14\d\d\/\d\d\/\d\d$/.test(cell))).toBe(true);
    await admin.waitFor(fa('sheets.done', { name: fa('sheets.name.cases'), rows: rows.length - 1 }));

    const council = await officerOf(world, messenger, { userId: 7312, role: 'council' });
    council.command('sheets');
    await council.waitFor(fa('sheets.choose'));
    const shown = flat(await take(council, 'cases'));
    expect(shown).toContain(open);
    expect(shown).not.toContain('مریم احمدی');
    expect(shown).not.toContain('سامانه هر روز قطع است');
    expect(shown).not.toContain('اهواز');
    expect(shown).not.toContain(fa('sheets.column.reporter'));
  });

  it('have a name for every kind of what is sent', async () => {
    const texts = JSON.parse(await readFile('locales/fa/sheets.json', 'utf8')) as { kind: Record<string, string> };
    expect(Object.keys(world.app.features.renderers).filter((kind) => !(kind in texts.kind))).toEqual([]);
  });

  it('of the businesses, the deliveries and the audit come with what each is about, and each is on record', async () => {
    await memberOf(world, messenger);
    const admin = await officerOf(world, messenger, { userId: 7321, role: 'admin' });
    await choose(admin);
    expect(flat(await take(admin, 'businesses'))).toContain('رایانه‌سرای کارون');
    const [heads, ...sent] = await take(admin, 'deliveries');
    expect(heads).toContain(fa('sheets.column.campaign'));
    // What was sent is named in the reader's language, not by its code.
    for (const [kind] of sent) expect(kind).toMatch(/^[^a-z]+$/);
    const audit = flat(await take(admin, 'audit'));
    expect(audit).toContain('databank.export');
    expect(audit).toContain(fa('sheets.subject.databank'));
    const acts = await world.app.features.audit.list({ subject: { kind: 'databank', id: 'deliveries' }, limit: 1 });
    expect(acts).toMatchObject([{ act: 'databank.export', after: { view: 'full' } }]);
  });
});
