import { describe, expect, it } from 'vitest';
import type { Person } from '../../src/simulator/simulator.ts';
import { ADMIN_ID, MESSENGERS, answer, fa, faBegins, useWorld } from '../support/app.ts';
import { fillReport, memberOf, officerOf, somebody } from '../support/journeys.ts';
import { leaksIn, type Marker } from '../support/leaks.ts';

/** What must reach nobody but the reporter and the secretariat. */
const HIDDEN = {
  name: 'نازنین نشانه‌پور',
  surname: 'نشانه‌پور',
  phone: '9120001122',
  nationalCode: '0012345679',
  business: 'کارگاه نشان‌دار زاینده',
  description: 'شرح نشان‌دار: رئیس شعبه گفت برگردید',
  caption: 'نامهٔ نشان‌دار',
  file: 'محتوای نشان‌دار',
  question: 'پرسش نشان‌دار',
  explanation: 'پاسخ نشان‌دار',
  reason: 'دلیل نشان‌دار برای گزارش‌دهنده',
  letter: '998877/66',
  reopening: 'هنوز نشان‌دار حل نشده',
};
/** What only the secretariat reads, not even the reporter. */
const INTERNAL = 'یادداشت نشان‌دار داخلی';
const COMMENT = 'توضیح نشان‌دار همراه';
const TITLE = 'تمدید پروانه در اتحادیه متوقف شده';

describe.each(MESSENGERS)('nobody but the reporter and the secretariat, with a case reported on %s,', (messenger) => {
  const world = useWorld();
  const other = messenger === 'telegram' ? 'bale' : 'telegram';

  it('ever receives the reporter’s name, phone or a hidden text', async () => {
    const { members, businesses, obstacles, files, cases } = world.app.features;
    const { person: reporter, id: reporterId } = await memberOf(world, messenger);
    const place = { provinceCode: '06', cityCode: '06-ahvaz' };
    await members.saveProfile(reporterId, { name: HIDDEN.name, phone: `+98${HIDDEN.phone}`, ...place });
    const { id: businessId } = await businesses.register({
      draftId: `leaks-${messenger}`,
      ownerId: reporterId,
      name: HIDDEN.business,
      kind: 'shop',
      fields: ['hw_sale'],
      documents: [],
      ...place,
    });
    const file = await files.keep({
      bytes: Buffer.from(`%PDF-1.4 ${HIDDEN.file}`),
      kind: 'document',
      ownerId: reporterId,
      source: `leaks-${messenger}`,
    });
    const { id, code } = await obstacles.report({
      draftId: `leaks-${messenger}`,
      reporterId,
      businessId,
      category: 'license',
      // What people do: everything is in the title.
      title: `${TITLE}؛ ${HIDDEN.name} (خانم ${HIDDEN.surname}) از ${HIDDEN.business}، ۰۹۱۲ ۰۰۰ ۱۱۲۲، کد ملی ۰۰۱۲۳۴۵۶۷۹`,
      description: `${HIDDEN.description} ۰${HIDDEN.phone}`,
      visibility: 'public',
      hiddenName: true,
      evidence: [{ fileId: file.id, kind: 'document', caption: HIDDEN.caption }],
    });

    const officer = await officerOf(world, messenger, { userId: 9200 });
    const officerId = (await members.behind({ messenger, userId: 9200 }))?.id ?? '';
    const actor = { id: officerId, roles: ['officer'] as const };
    const narrow = await officerOf(world, messenger, { userId: 9300 });
    const narrowId = (await members.behind({ messenger, userId: 9300 }))?.id ?? '';
    const head = { id: officerId, roles: ['admin'] as const };
    expect(await cases.desk.setScope(head, narrowId, { categories: ['power'], cities: [] }, 'scope')).toBe(true);
    const council = await officerOf(world, messenger, { userId: 9400, role: 'council' });
    const group = world.server(messenger).group({ title: 'دبیرخانه', members: [officer] });
    officer.command('group', undefined, { in: group });

    // Those who look on: by code, by link, as me-too, as follower, as guest, on both messengers.
    const { person: supporter } = await memberOf(world, messenger);
    const { person: follower } = await memberOf(world, other);
    const { person: similar } = await memberOf(world, other);
    const guests = ([messenger, other] as const).map((name) => somebody(world, name));
    for (const guest of guests) guest.command('start');
    supporter.say(code);
    await supporter.waitFor(TITLE);
    supporter.press(fa('board.button.meToo'));
    await answer(supporter, 'board.meToo.done', () => supporter.press(fa('board.button.details')));
    await answer(supporter, 'board.question.days', () => supporter.say('۳'));
    for (const key of ['rials', 'people'] as const)
      await answer(supporter, `board.question.${key}`, () => supporter.press(fa('bot.dialogue.button.skip')));
    await answer(supporter, 'board.question.comment', () => supporter.say(COMMENT));
    await answer(supporter, 'bot.dialogue.reviewHint', () => supporter.press(fa('board.details.send')));
    await supporter.waitFor(fa('board.details.done'));
    follower.command('start', `o_${code}`);
    await follower.waitFor(TITLE);
    follower.press(fa('board.button.follow'));
    await follower.waitUntil(() => follower.toasts.at(-1)?.text === fa('board.follow.on'));
    await fillReport(similar, { title: TITLE, description: 'رئیس شعبه گفت برگردید' });
    similar.press(fa('obstacles.report.send'));
    await similar.waitFor(faBegins('board.similar.ask'), { any: true });
    similar.press(fa('board.similar.button.page', { number: 1 }));
    await similar.waitFor(fa('board.case.fewPeople'));
    await obstacles.board.refresh();
    for (const onlooker of [...guests, council, narrow]) {
      onlooker.press(fa('board.menu.board'));
      await onlooker.waitFor('تابلوی عمومی');
      onlooker.command('start', `o_${code}`);
      await onlooker.waitFor(TITLE);
    }

    // Everything that happens to the case, with a hidden word in each private part.
    const move = (party: 'staff' | 'reporter', from: string, to: string, reason: string, facts = {}) =>
      obstacles.move(party === 'staff' ? actor : { id: reporterId, roles: [] }, id, {
        from: from as 'received',
        to: to as 'received',
        reason,
        facts,
        source: `${messenger}-${to}-${from}`,
      });
    await obstacles.note(actor, id, { text: INTERNAL, source: `${messenger}-note` });
    await move('staff', 'received', 'needs_information', HIDDEN.question);
    await move('reporter', 'needs_information', 'under_review', HIDDEN.explanation);
    await move('staff', 'under_review', 'referred', HIDDEN.reason, { body: 'اتحادیه', letter: HIDDEN.letter });
    await move('staff', 'referred', 'declared_solved', HIDDEN.reason);
    await move('reporter', 'declared_solved', 'reopened', HIDDEN.reopening);
    const part = await obstacles.report({
      draftId: `leaks-part-${messenger}`,
      reporterId,
      businessId,
      category: 'license',
      title: 'همان مانع',
      description: HIDDEN.description,
      visibility: 'public',
      evidence: [],
    });
    await obstacles.merge(actor, part.id, { code, reason: HIDDEN.reason, source: `${messenger}-merge` });
    await world.settled();

    // Buttons that are not theirs, pressed all the same.
    const forged = [
      `oc1:${id}`,
      `oe1:${id}`,
      `dc1:${id}`,
      `dm1:${id}`,
      `da2:${id}:note:1`,
      `da2:${id}:answer:6`,
      `dk1:${id}:x`,
      `or1:${id}:withdraw`,
      `or1:${id}:reopen`,
      `ea1:${id}:answer`,
      `ea1:${id}:hide`,
      `ec1:${id}`,
      `gt1:${id}`,
      `dq2:open:0::`,
      `dq2:open:0:license:`,
      'dh1',
      `el1:op:license::0`,
      `el1:oc::06-ahvaz:0`,
      'ep1:t:on:::0',
    ];
    const onlookers: Person[] = [supporter, follower, similar, ...guests, council, narrow];
    for (const person of onlookers) {
      for (const data of forged) person.pressData(data, person.lastMessage ?? { id: 0 });
      person.say(part.code);
    }
    await world.settled();
    // A file of one's own data, with all that is kept.
    for (const [person, name] of [
      [supporter, messenger],
      [follower, other],
    ] as const) {
      const member = await members.behind({ messenger: name, userId: person.id });
      expect(member).not.toBeNull();
      person.pressData('mx1:file', person.lastMessage ?? { id: 0 });
    }
    await world.settled();
    const staff = [officer.id, group.id];
    const { business, ...own } = HIDDEN;
    const markers: Marker[] = [
      ...Object.values(own).map((text) => ({ text, allowed: new Set([reporter.id, ...staff]) })),
      // While there is no officer, the first admin hears that a business waits for its review.
      { text: business, allowed: new Set([reporter.id, ADMIN_ID, ...staff]) },
      { text: INTERNAL, allowed: new Set(staff) },
      { text: COMMENT, allowed: new Set([supporter.id, ...staff]) },
    ];
    expect(leaksIn(world.server(messenger), markers)).toEqual([]);
    // Ids of the two messengers may be alike, and none of those who may read it is there.
    const nobody = markers.map(({ text }) => ({ text, allowed: new Set<number>() }));
    expect(leaksIn(world.server(other), nobody)).toEqual([]);
    // The search sees what it looks for: here are the reporter's and the officer's own messages.
    expect(leaksIn(world.server(messenger), nobody)).not.toEqual([]);
    // The hidden words did go about: the reporter read them, and followers were told that something happened.
    expect(reporter.transcript()).toContain(HIDDEN.reason);
    for (const person of [supporter, follower]) expect(person.transcript()).toContain(fa('obstacles.status.reopened'));
  }, 60_000);
});
