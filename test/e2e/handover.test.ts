import { describe, expect, it } from 'vitest';
import type { ChatMessage } from '../../src/simulator/simulator.ts';
import { ADMIN_ID, fa, MESSENGERS, startWorld } from '../support/app.ts';
import { memberOf, officerOf } from '../support/journeys.ts';

const has = (label: string) => (message: Pick<ChatMessage, 'inlineKeyboard'>) =>
  message.inlineKeyboard.flat().some((button) => button.label === label);
const ticked = (label: string) => fa('bot.dialogue.ticked', { label });

const AGENTS = ['staff', 'cases'] as const;
const NETWORKS = ['server', 'tokens', 'settings', 'backups', 'export', 'key'] as const;

describe.each(MESSENGERS)('the hand-over on %s', (messenger) => {
  it('goes from the first ticked item to the switch of roles, over a restart, and leaves the old admin none', async () => {
    const world = await startWorld();
    const agent = await officerOf(world, messenger, { role: 'admin' });
    const { person: network, id: networkId } = await memberOf(world, messenger);
    await world.app.features.members.grant({ messenger, userId: network.id }, 'head');

    agent.command('handover');
    await agent.waitFor(has(fa('handover.button.begin')));
    agent.press(fa('bot.button.back'));
    await agent.waitFor(has(fa('desk.home.settings')));
    agent.command('handover');
    await agent.waitFor(has(fa('handover.button.begin')));
    agent.press(fa('handover.button.begin'));
    await agent.waitFor(fa('handover.begin.ask'));
    agent.press('مریم احمدی');
    const list = await agent.waitFor(has(fa('handover.short.staff')));
    // Who set the system up has not registered; what each side does stands together.
    expect(list.text).toContain(fa('handover.from', { name: fa('handover.nameless') }));
    const [ofAgent, ofNetwork] = list.text.split(fa('handover.list.incoming'));
    for (const code of AGENTS) expect(ofAgent).toContain(fa(`handover.item.${code}`));
    for (const code of NETWORKS) expect(ofNetwork).toContain(fa(`handover.item.${code}`));
    await world.settled();
    await network.waitFor(has(fa('handover.button.open')));
    network.press(fa('handover.button.open'));
    await network.waitFor(has(fa('handover.short.server')));

    // The export is ticked only after it was made on the server.
    network.press(fa('handover.short.export'));
    await network.waitUntil(() => network.toasts.at(-1)?.text === fa('handover.error.noExport'));
    await world.app.features.handover.noteExport({ sha256: '0123456789abcdef'.repeat(4), bytes: 3_000_000 });
    for (const code of AGENTS) {
      agent.press(fa(`handover.short.${code}`));
      await agent.waitFor(has(ticked(fa(`handover.short.${code}`))));
    }
    await world.restart();
    for (const code of NETWORKS) {
      network.press(fa(`handover.short.${code}`));
      await network.waitFor(has(ticked(fa(`handover.short.${code}`))));
    }
    expect(network.lastMessage?.text).toContain('0123456789abcdef');
    network.press(fa('handover.button.confirm'));
    await network.waitFor(has(fa('handover.button.confirmSure')));
    network.press(fa('handover.button.confirmSure'));
    await network.waitFor((message) => message.text.includes(fa('handover.confirmed', { name: 'مریم احمدی' })));
    await world.settled();
    const page = await agent.waitFor(has(fa('handover.button.open')));
    agent.press(fa('handover.button.open'), { message: page });
    await agent.waitFor(has(fa('handover.button.confirm')));
    agent.press(fa('handover.button.confirm'));
    await agent.waitFor(has(fa('handover.button.confirmSure')));
    const question = agent.lastMessage ?? { id: 0 };
    agent.press(fa('handover.button.confirmSure'));
    await agent.waitFor((message) => message.text.startsWith('✅ سامانه'), { any: true });
    await world.settled();
    await network.waitFor((message) => message.text.startsWith('✅ سامانه'), { any: true });
    expect(agent.chat.filter(({ text }) => text.startsWith('✅ سامانه'))).toHaveLength(1);

    const { members } = world.app.features;
    const rolesOf = async (userId: number) => (await members.behind({ messenger, userId }))?.roles;
    expect(await rolesOf(ADMIN_ID)).toEqual([]);
    expect((await members.find(networkId))?.roles).toContain('admin');
    // Buttons from before are no authority, and the settings of before give no right at the next start.
    agent.pressData('dh1', question);
    await agent.waitUntil(() => agent.toasts.at(-1)?.text === fa('desk.act.forbidden'));
    await world.restart();
    expect((await world.app.features.members.behind({ messenger, userId: ADMIN_ID }))?.roles).toEqual([]);
    network.command('desk');
    await network.waitFor(has(fa('desk.home.settings')));
  });

  it('is called off with every role as it was, and is nobody else’s to see', async () => {
    const world = await startWorld();
    const agent = await officerOf(world, messenger, { role: 'admin' });
    const { person: network, id } = await memberOf(world, messenger);
    await world.app.features.members.grant({ messenger, userId: network.id }, 'head');
    const { person: other } = await memberOf(world, messenger);
    agent.command('handover');
    await agent.waitFor(has(fa('handover.button.begin')));
    agent.press(fa('handover.button.begin'));
    await agent.waitFor(fa('handover.begin.ask'));
    agent.press('مریم احمدی');
    const page = await agent.waitFor(has(fa('handover.button.abort')));
    const handover = await world.app.features.handover.current({ id, roles: ['head'] });
    for (const [count, data] of ['ua1', `ue1:${handover?.id}:yes`, `uc1:${handover?.id}:staff:on`].entries()) {
      other.pressData(data, page);
      await other.waitUntil(
        () => other.toasts.filter(({ text }) => text === fa('bot.error.notAllowed')).length === count + 1,
      );
    }
    agent.press(fa('handover.button.abort'));
    await agent.waitFor(fa('handover.sure.abort'));
    agent.press(fa('handover.button.abortSure'));
    await agent.waitFor(has(fa('handover.button.begin')));
    await world.settled();
    await network.waitFor((message) => message.text.includes('لغو شد'), { any: true });
    expect((await world.app.features.members.find(id))?.roles).toEqual(['head']);
  });
});
