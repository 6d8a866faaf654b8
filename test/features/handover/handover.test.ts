import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ensureIndexes } from '../../../src/database/indexes.ts';
import { createAudit } from '../../../src/features/audit/audit.service.ts';
import {
  createHandovers,
  type Actor,
  type Handover,
  type Handovers,
  type HandoverDeps,
} from '../../../src/features/handover/handover.service.ts';
import { createMembers, NOBODY, type Role } from '../../../src/features/members/members.service.ts';
import { useDatabase } from '../../support/database.ts';
import { systemNow } from '../../../src/system-clock.ts';

const database = useDatabase();
const FILE = { sha256: 'ab'.repeat(32), bytes: 4096 };
let people = 100;
let told: { memberId: string; what: string }[];
let agent: Actor;
let network: Actor;

const parts = (deps: Partial<HandoverDeps> = {}) => {
  const { connection } = database;
  const audit = createAudit({ now: systemNow, connection });
  const members = createMembers({ now: systemNow, connection });
  const handovers = createHandovers({
    now: systemNow,
    connection,
    audit,
    members,
    tell: ({ key, memberId, what }) => {
      if (!seen.has(key)) told.push({ memberId, what });
      seen.add(key);
      return Promise.resolve();
    },
    ...deps,
  });
  return { audit, members, handovers };
};
let seen: Set<string>;

async function personWith(roles: readonly Role[]): Promise<Actor> {
  people += 1;
  const { members } = parts();
  const account = { messenger: 'telegram' as const, userId: people };
  const { id } = await members.identify({ ...account, chatId: people });
  await members.saveProfile(id, { name: 'کسی', phone: `+98912000${people}`, provinceCode: '06', cityCode: '06-ahvaz' });
  for (const role of roles) await members.grant(account, role);
  return { id, roles };
}
const rolesOf = async ({ id }: Actor) => (await parts().members.find(id))?.roles;
const now = async (actor: Actor): Promise<Actor> => ({ id: actor.id, roles: (await rolesOf(actor)) ?? [] });

beforeAll(async () => {
  parts();
  await ensureIndexes(database.connection);
});
beforeEach(async () => {
  for (const name of ['handovers', 'members', 'audit']) await database.connection.collection(name).deleteMany({});
  told = [];
  seen = new Set();
  agent = await personWith(['admin', 'head']);
  network = await personWith(['head']);
});

async function begun(handovers: Handovers): Promise<Handover> {
  const outcome = await handovers.begin(agent, { incomingId: network.id, source: 'begin' });
  if (outcome.kind !== 'begun') throw new Error(outcome.kind);
  return outcome.handover;
}

/** Everything ticked, by the side that can tell. */
async function ready(handovers: Handovers): Promise<Handover> {
  const { id, items } = await begun(handovers);
  await handovers.noteExport(FILE);
  for (const { code, by } of items)
    await handovers.tick(by === 'outgoing' ? agent : network, id, { code, done: true, source: `t-${code}` });
  const there = await handovers.current(agent);
  if (!there) throw new Error('gone');
  return there;
}
const yes = (handovers: Handovers, actor: Actor, { id, revision }: Handover) =>
  handovers.confirm(actor, id, { seen: revision, source: `yes-${actor.id}-${revision}` });

describe('a hand-over', () => {
  it('is begun by an admin, to a registered head or admin other than themselves, one at a time, once for each press', async () => {
    const { handovers, members } = parts();
    const guest = await members.identify({ messenger: 'bale', userId: 5, chatId: 5 });
    const begin = (actor: Actor, incomingId: string, source = 's') => handovers.begin(actor, { incomingId, source });
    expect(await begin(network, agent.id)).toEqual({ kind: 'forbidden' });
    expect(await begin(agent, agent.id)).toEqual({ kind: 'unfit' });
    expect(await begin(agent, guest.id)).toEqual({ kind: 'unfit' });
    expect(await begin(agent, (await personWith(['officer'])).id)).toEqual({ kind: 'unfit' });
    const first = await begin(agent, network.id);
    expect(await begin(agent, network.id)).toEqual(first);
    expect(await begin(agent, network.id, 'another')).toEqual({ kind: 'busy' });
    expect(told).toEqual([{ memberId: network.id, what: 'begun' }]);
    expect(await handovers.current(await personWith(['head']))).toBeNull();
  });

  it('lets each side tick what it can tell, the export only when it was made, and each change takes confirmations back', async () => {
    const { handovers } = parts();
    const { id } = await begun(handovers);
    const tick = (actor: Actor, code: string, done = true) => handovers.tick(actor, id, { code, done, source: code });
    expect(await tick(network, 'staff')).toEqual({ kind: 'forbidden' });
    expect(await tick(agent, 'nothing')).toEqual({ kind: 'forbidden' });
    expect(await tick(network, 'export')).toEqual({ kind: 'no-export' });
    await handovers.abort(agent, id, 'x');
    const { handovers: again } = parts();
    await database.connection.collection('handovers').deleteMany({});
    const whole = await ready(again);
    expect(whole.items.every(({ done }) => done)).toBe(true);
    expect(await yes(again, agent, whole)).toMatchObject({ kind: 'confirmed', handover: { confirmed: ['outgoing'] } });
    expect(told.at(-1)).toEqual({ memberId: network.id, what: 'confirmed' });
    await again.tick(network, whole.id, { code: 'server', done: false, source: 'off' });
    expect((await again.current(agent))?.confirmed).toEqual([]);
    expect(await yes(again, network, whole)).toEqual({ kind: 'changed' });
    const changed = (await again.current(agent))!;
    expect(await yes(again, agent, changed)).toEqual({ kind: 'incomplete' });
    // Another file: what was said of the one before counts no more.
    await again.noteExport({ ...FILE, sha256: 'cd'.repeat(32) });
    const done = (await again.current(agent))!.items.filter((item) => item.done).map(({ code }) => code);
    expect(done).not.toContain('export');
    expect(done).toContain('staff');
  });

  it('switches the roles once both have confirmed: the old admin has none at once, the new one is admin, and it is audited', async () => {
    const { handovers, audit } = parts();
    const whole = await ready(handovers);
    expect(await yes(handovers, await personWith(['admin']), whole)).toEqual({ kind: 'forbidden' });
    await yes(handovers, agent, whole);
    expect(await rolesOf(agent)).toEqual(['admin', 'head']);
    expect(await yes(handovers, network, whole)).toMatchObject({ kind: 'done' });
    expect(await rolesOf(agent)).toEqual([]);
    expect(await rolesOf(network)).toEqual(expect.arrayContaining(['admin', 'head']));
    // Worked again, it says the same and does nothing.
    expect(await yes(handovers, await now(network), whole)).toMatchObject({ kind: 'done' });
    const acts = (await audit.list({ subject: { kind: 'handover', id: whole.id }, limit: 50 })).map(({ act }) => act);
    expect(acts.filter((act) => act === 'handover.switch')).toHaveLength(1);
    expect(acts.filter((act) => act === 'handover.confirm')).toHaveLength(2);
    const [entry] = (await audit.list({ limit: 50 })).filter(({ act }) => act === 'handover.switch');
    expect(entry).toMatchObject({
      before: {
        outgoingId: agent.id,
        incomingId: network.id,
        roles: { outgoing: ['admin', 'head'], incoming: ['head'] },
      },
      after: { roles: { outgoing: [] }, export: FILE.sha256 },
    });
    expect(told.filter(({ what }) => what === 'done').map(({ memberId }) => memberId)).toEqual(
      expect.arrayContaining([agent.id, network.id]),
    );
    expect(await handovers.abort(await now(network), whole.id, 'late')).toBe('over');
    // The settings of before give no right any more.
    expect(await handovers.grantOwner({ messenger: 'telegram', userId: people })).toBe(false);
  });

  it('is done once when both confirm at the same moment, and not at all when it is aborted first', async () => {
    const { handovers } = parts();
    const whole = await ready(handovers);
    const outcomes = await Promise.all([yes(handovers, agent, whole), yes(handovers, network, whole)]);
    expect(outcomes.map(({ kind }) => kind)).toContain('done');
    expect(await rolesOf(agent)).toEqual([]);

    await database.connection.collection('handovers').deleteMany({});
    agent = await personWith(['admin']);
    network = await personWith(['head']);
    const second = await ready(handovers);
    const [aborted, confirmed] = await Promise.all([
      handovers.abort(agent, second.id, 'no'),
      yes(handovers, agent, second),
    ]);
    expect(aborted).toBe('aborted');
    expect(confirmed.kind).not.toBe('done');
    expect(await yes(handovers, network, second)).toEqual({ kind: 'over' });
    expect(await rolesOf(agent)).toEqual(['admin']);
  });

  it.each(['passAdmin', 'find', 'withRole'] as const)(
    'that a crash cut off at %s is finished by the next start, with no half of it left',
    async (where) => {
      const { handovers, members } = parts();
      const whole = await ready(handovers);
      await yes(handovers, agent, whole);
      let calls = 0;
      const dies = () => Promise.reject(new Error('died'));
      const dying = createHandovers({
        now: systemNow,
        connection: database.connection,
        audit: parts().audit,
        tell: () => Promise.resolve(),
        members: {
          passAdmin: where === 'passAdmin' ? dies : (pair) => members.passAdmin(pair),
          withRole: where === 'withRole' ? dies : (roles) => members.withRole(roles),
          grant: (...grant) => members.grant(...grant),
          async find(id) {
            calls += 1;
            // The two are looked at twice before the switch; then it begins.
            return where === 'find' && calls > 4 ? dies() : members.find(id);
          },
        },
      });
      await expect(yes(dying, network, whole)).rejects.toThrow('died');
      expect(await handovers.abort(agent, whole.id, 'no')).toBe('over');
      await Promise.all([handovers.run(), handovers.run()]);
      expect(await rolesOf(agent)).toEqual([]);
      expect(await rolesOf(network)).toContain('admin');
      expect(await handovers.current(await now(network))).toBeNull();
    },
  );

  it('does not switch to somebody whose role was taken meanwhile', async () => {
    const { handovers, members } = parts();
    const whole = await ready(handovers);
    await yes(handovers, agent, whole);
    const { accounts } = (await members.find(network.id))!;
    await members.revoke({ messenger: 'telegram', userId: accounts[0]!.userId }, 'head');
    expect(await yes(handovers, network, whole)).toEqual({ kind: 'unfit' });
    expect(await rolesOf(agent)).toEqual(['admin', 'head']);
  });

  it('asks both again where one of the two became one with somebody else since their yes', async () => {
    const { handovers } = parts();
    const whole = await ready(handovers);
    await yes(handovers, agent, whole);
    const other = await personWith(['head']);
    await handovers.moveMember(network.id, other.id);
    await handovers.moveMember(network.id, other.id);
    expect(await yes(handovers, other, whole)).toEqual({ kind: 'changed' });
    const after = await handovers.current(agent);
    expect(after).toMatchObject({ incomingId: other.id, confirmed: [], revision: whole.revision + 1 });
    expect(await rolesOf(agent)).toEqual(['admin', 'head']);
  });

  it('ends where one of the two leaves, or both become one person', async () => {
    const { handovers } = parts();
    await begun(handovers);
    await handovers.forgetMember(network.id, NOBODY);
    expect(await handovers.current(agent)).toBeNull();
    network = await personWith(['head']);
    const outcome = await handovers.begin(agent, { incomingId: network.id, source: 'second' });
    expect(outcome.kind).toBe('begun');
    await handovers.moveMember(network.id, agent.id);
    expect(await handovers.current(agent)).toBeNull();
    expect(await rolesOf(agent)).toEqual(['admin', 'head']);
  });
});
