import { everyUpdateWorked, type Actor, type Stage } from './actor.ts';
import type { Received, Recorded } from './audit.ts';
import type { Crowd } from './crowd.ts';
import type { ProgressBar } from './progress-bar.ts';
import type { MessengerName } from '../../src/messengers/messenger.ts';
import type { NewsItem } from '../../src/features/news/news.service.ts';
import type { Progress } from '../../src/delivery/progress.ts';
import type { BotServer, Person } from '../../src/simulator/simulator.ts';

/** A sending that has ended, and what it began with. */
export interface Sent {
  item: NewsItem;
  campaignId: string;
  pressedAt: number;
  /** The newest message that each member had before. */
  marks: ReadonlyMap<Person, number>;
  /** Members whom the database knew to be unreachable before; they are not written to. */
  knownUnreachable: Record<MessengerName, number>;
  refusedBefore: Record<MessengerName, number>;
}

/** One sending of one news item, as the database has it and as the members have it. */
export interface Sending extends Pick<Sent, 'item' | 'knownUnreachable'> {
  recorded: Recorded[];
  received: Received[];
  /** From the officer's press to the last delivery on record. */
  seconds: Record<MessengerName, number>;
  /** Calls that the messenger refused for their rate. */
  refusedForRate: Record<MessengerName, number>;
}

/** An officer opens the item in the archive, opens its sending, sends it to all members, and waits for the report. */
export async function sendToAll(
  stage: Stage,
  { officer, item, crowd, bar }: { officer: Actor; item: NewsItem; crowd: Crowd; bar: ProgressBar },
): Promise<Sent> {
  const { app, simulator, t, transcript } = stage;
  await officer.presses(t.text('news.menu.news'));
  await officer.presses(item.headline);
  await officer.presses(t.text('news.button.office'));
  await officer.presses(t.text('audience.button.choose'));

  const reachable = await app.features.members.countReachable();
  const marks = new Map(crowd.people.map(({ person }) => [person, person.lastMessage?.id ?? 0]));
  const refusedBefore = refusals(simulator);
  const pressedAt = Date.now();
  const people = reachable.telegram + reachable.bale;
  await officer.presses(t.text('audience.button.send', { people }));
  // What reaches many is confirmed by their number.
  if (officer.hears().text.includes(t.text('bot.sure.count', { people })))
    await officer.does((person) => person.say(String(people)), { bulk: false });
  else await officer.presses(t.text('audience.sure.yesSend', { people }), { bulk: false });

  const campaignId = (await app.features.news.find(item.id))?.campaignId;
  if (!campaignId) throw new Error(`The sending did not start:\n${officer.person.transcript()}`);
  await finished(stage, campaignId, bar);
  await everyUpdateWorked(app, [simulator.telegram, simulator.bale]);
  await officer.person.waitUntil(() => !/[▰▱]/.test(officer.hears().text), {
    what: 'the report of the sending',
    timeoutMs: 15_000,
  });
  transcript.show(officer.person, officer.messenger);
  return {
    item,
    campaignId,
    pressedAt,
    marks,
    knownUnreachable: {
      telegram: membersOn('telegram', crowd) - reachable.telegram,
      bale: membersOn('bale', crowd) - reachable.bale,
    },
    refusedBefore,
  };
}

/** Reads both sides of a sending: the deliveries on record, and the messages in every member's chat. */
export async function countSending({ app, simulator }: Stage, sent: Sent, crowd: Crowd): Promise<Sending> {
  const { item, campaignId, pressedAt, marks, knownUnreachable, refusedBefore } = sent;
  const recorded: Recorded[] = [];
  const seconds = { telegram: 0, bale: 0 };
  for await (const { account, state, parts, endedAt } of app.delivery.campaigns.outcomes(campaignId)) {
    const { messenger = null, chatId = null } = account ?? {};
    recorded.push({ messenger, chatId, state, messageIds: parts.flatMap(({ ids }) => ids) });
    if (messenger && endedAt) seconds[messenger] = Math.max(seconds[messenger], (endedAt.getTime() - pressedAt) / 1000);
  }
  const received = crowd.people.map(({ person, messenger }): Received => {
    const news = person.chat.filter(({ id, from }) => from === 'bot' && id > (marks.get(person) ?? 0));
    return {
      messenger,
      chatId: person.id,
      blocked: crowd.blocked.has(person),
      copies: news.filter(({ text }) => text.includes(item.headline)).length,
      messageIds: news.map(({ id }) => id),
    };
  });
  const refusedNow = refusals(simulator);
  return {
    item,
    knownUnreachable,
    recorded,
    received,
    seconds,
    refusedForRate: {
      telegram: refusedNow.telegram - refusedBefore.telegram,
      bale: refusedNow.bale - refusedBefore.bale,
    },
  };
}

/**
 * Proves that the checks bite: deletes one delivery from the database, or one message from a member's chat.
 * @throws where nobody has received anything
 */
export async function spoilOne({ app }: Stage, sent: Sent, how: 'message' | 'record'): Promise<void> {
  for await (const { memberId, account, parts } of app.delivery.campaigns.outcomes(sent.campaignId, {
    states: ['sent'],
  })) {
    const messageId = parts[0]?.ids[0];
    if (!account || messageId === undefined) continue;
    if (how === 'message') await app.clients.get(account.messenger)?.delete(account.chatId, messageId);
    else await app.database.connection.collection('deliveries').deleteOne({ queue: `3-${sent.campaignId}`, memberId });
    return;
  }
  throw new Error('There is nothing to spoil: no member has received anything');
}

const membersOn = (messenger: MessengerName, { people }: Crowd): number =>
  people.filter((member) => member.messenger === messenger).length;

const refusals = ({ telegram, bale }: Stage['simulator']): Record<MessengerName, number> => {
  const refusedBy = ({ calls }: BotServer) => calls.filter(({ error }) => error?.code === 429).length;
  return { telegram: refusedBy(telegram), bale: refusedBy(bale) };
};

function finished({ app }: Stage, campaignId: string, bar: ProgressBar): Promise<void> {
  return new Promise((resolve) => {
    app.delivery.onProgress(campaignId, (progress) => {
      const ended = progress.total - progress.byState.waiting - progress.byState.claimed;
      bar.draw({ done: ended, total: progress.total, note: noteOf(progress) });
      if (progress.state !== 'done' && progress.state !== 'cancelled') return;
      bar.end();
      resolve();
    });
  });
}

const noteOf = ({ byMessenger }: Progress): string =>
  (['telegram', 'bale'] as const).map((messenger) => `${messenger} ${byMessenger[messenger]?.sent ?? 0}`).join(', ');
