import { describe, expect, it } from 'vitest';
import { attempt } from '../../src/delivery/attempt.ts';
import { createUploadOnce } from '../../src/delivery/upload-once.ts';
import { plain } from '../../src/language/rich-text.ts';
import { createMessengerClient } from '../../src/messengers/index.ts';
import { evidenceButton } from '../../src/features/obstacles/obstacles.views.ts';
import { systemClock } from '../../src/system-clock.ts';
import { silentLogger } from '../support/database.ts';
import { MESSENGERS, answer, fa, faBegins, useWorld } from '../support/app.ts';
import { memberOf, officerOf, report } from '../support/journeys.ts';

describe.each(MESSENGERS)('a file whose kind somebody does not take, on %s', (messenger) => {
  const world = useWorld();

  it('is shown as a document, whichever way the messenger has it', async () => {
    const { person, id } = await memberOf(world, messenger);
    await report(person);
    person.sendVoice(Buffer.from('OggS, a voice'));
    await answer(person, 'obstacles.unclaimed.ask', () => person.press(fa('obstacles.unclaimed.button.add')));
    await person.waitFor(fa('obstacles.unclaimed.which'));
    person.press('تمدید پروانه سه ماه طول کشیده است');
    await person.waitFor(faBegins('obstacles.unclaimed.added'));
    const [own] = await world.app.features.obstacles.ofReporter(id);
    const officer = await officerOf(world, messenger);
    world.server(messenger).person({ id: officer.id, firstName: 'کارشناس', noVoices: true });
    for (let time = 0; time < 2; time += 1) {
      officer.pressData(evidenceButton.data(own?.id ?? ''), officer.lastMessage!);
      await officer.waitFor(({ media }) => media?.kind === 'document');
    }
    expect(officer.transcript()).not.toContain(fa('bot.error.noFile'));
    // Its id there is still the voice's.
    person.pressData(evidenceButton.data(own?.id ?? ''), person.lastMessage!);
    await person.waitFor(({ media }) => media?.kind === 'voice');
  });

  it('arrives by the outbox as a document, also where others got it before', async () => {
    const server = world.server(messenger);
    const client = createMessengerClient({
      clock: systemClock,
      name: messenger,
      token: server.token,
      apiRoot: server.apiRoot,
      logger: silentLogger,
    });
    const file = { bytes: Buffer.from('OggS'), fileName: 'v.ogg', mimeType: 'audio/ogg' };
    const never = new AbortController().signal;
    const deps = {
      client,
      renderer: async () => [{ text: plain('خبر'), media: { kind: 'voice' as const, file } }],
      uploads: createUploadOnce(),
      calledOff: { turn: never, signal: never },
      keepParts: async () => {},
    };
    const people = [false, true, false].map((noVoices) =>
      server.person({ firstName: 'گیرنده', noVoices, started: true }),
    );
    for (const { id: chatId } of people) {
      const delivery = { memberId: '1', language: 'fa', messenger, chatId, kind: 'news' } as never;
      expect(await attempt(deps, delivery, {})).toMatchObject({ result: 'sent' });
    }
    expect(people.map(({ chat }) => chat.at(-1)?.media?.kind)).toEqual(['voice', 'document', 'voice']);
    await client.close();
  });
});
