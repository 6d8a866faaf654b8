import type { Connection } from 'mongoose';
import { pino } from 'pino';
import { createBot, type HandleUpdate } from '../../src/bot/create-bot.ts';
import type { BotContext } from '../../src/bot/context.ts';
import type { Dialogue } from '../../src/bot/dialogue/dialogue.ts';
import { createDrafts, type Drafts } from '../../src/bot/dialogue/drafts.ts';
import { createDialogues, type Dialogues } from '../../src/bot/dialogue/engine.ts';
import { createMainMenu } from '../../src/bot/main-menu.ts';
import { ensureIndexes } from '../../src/database/indexes.ts';
import { createMembers } from '../../src/features/members/members.service.ts';
import { createInbox } from '../../src/inbox/inbox.ts';
import * as persian from '../../src/language/locales.ts';
import { createTranslations, type TextKey, type Translations } from '../../src/language/translator.ts';
import { createMessengerClient } from '../../src/messengers/index.ts';
import type { MessengerClient, MessengerName } from '../../src/messengers/messenger.ts';
import { startSimulator, type BotServer, type Person, type Simulator } from '../../src/simulator/simulator.ts';
import { callFaults } from './text-faults.ts';
import { systemClock, systemNow } from '../../src/system-clock.ts';

/** Texts that only tests have, under `test.`: `textKey('name')`. */
export type TestTexts = Record<string, string>;
export const textKey = (name: string): TextKey => `test.${name}` as TextKey;

export interface DialogueWorld {
  readonly simulator: Simulator;
  readonly drafts: Drafts;
  readonly connection: Connection;
  server(messenger: MessengerName): BotServer;
  /** A Persian text, without values. */
  say(key: TextKey): string;
  /** One person with an account on both messengers, linked already. */
  linked(firstName: string): Promise<Record<MessengerName, Person> & { memberId: string }>;
  memberOf(person: Person, messenger: MessengerName): Promise<{ id: string; conversation: string | null }>;
  /** The newest draft of a member, as it lies in the database. */
  draftOf(memberId: string): Promise<Record<string, unknown> & { answers: Record<string, unknown> }>;
  /** Works everything that was sent, in the order of the messengers and of the sending. */
  work(): Promise<void>;
  /** Works the last update once more, as after a crash before it was marked done. */
  again(): Promise<void>;
  /** Another process on the same database and simulator: nothing in memory survives. Perhaps with other dialogues. */
  restart(dialogues?: readonly Dialogue[]): Promise<void>;
  close(): Promise<void>;
}

const MESSENGERS: readonly MessengerName[] = ['telegram', 'bale'];
const logger = pino({ level: 'silent' });

/** The shell and the dialogues with an inbox of their own, on both messengers, over HTTP; without the features' chats. */
export async function startDialogueWorld(options: {
  connection: Connection;
  dialogues: readonly Dialogue[];
  texts?: TestTexts;
  now?: () => Date;
  /** Whether what is said is judged at the end; not where it says back what people made up. Default true. */
  judged?: boolean;
  deadlineMs?: number;
}): Promise<DialogueWorld> {
  const { connection } = options;
  const simulator = await startSimulator({ apiPort: 0 });
  const problems: string[] = [];
  const translations = createTranslations({
    onProblem: ({ key, what }) => problems.push(`${key}: ${what}`),
    texts: { fa: { ...persian, test: options.texts ?? {} } },
  });
  const drafts = createDrafts({ now: systemNow, connection });
  const offsets = new Map<MessengerName, number>();
  let dialogues = options.dialogues;
  let again = () => Promise.resolve();
  let running = await start().catch(async (error: unknown) => {
    await simulator.close();
    throw error;
  });

  async function start() {
    const members = createMembers({ now: systemNow, connection });
    await ensureIndexes(connection);
    const clients = new Map<MessengerName, MessengerClient>();
    const bots = new Map<MessengerName, HandleUpdate>();
    const shell = createShell({ connection, members, dialogues, translations, now: options.now });
    const inbox = createInbox({
      now: systemNow,
      connection,
      logger,
      async handle(update, { messenger, ...info }) {
        // The handler may change what it gets.
        const copy = structuredClone(update);
        again = () => bots.get(messenger)!(copy, { ...info, attempt: info.attempt + 1 });
        await bots.get(messenger)!(update, info);
      },
      onSetAside: ({ error }) => void problems.push(`set aside: ${error}`),
    });
    for (const name of MESSENGERS) {
      const { token, apiRoot } = simulator[name];
      const client = createMessengerClient({ clock: systemClock, name, token, apiRoot, logger });
      await client.connect();
      clients.set(name, client);
      bots.set(
        name,
        createBot({
          ...shell,
          client,
          people: members,
          translator: (language) => translations.translator(language),
          features: {},
          logger,
          flood: { burst: 1e6, perSecond: 1e6 },
          deadlineMs: options.deadlineMs,
        }),
      );
      await inbox.beginShift({ messenger: name, botId: client.me.id });
    }
    return {
      inbox,
      clients,
      async stop() {
        await inbox.stop({ timeoutMs: 5000 });
        for (const client of clients.values()) await client.close();
      },
    };
  }

  async function workOf(messenger: MessengerName): Promise<number> {
    const seen = offsets.get(messenger) ?? 0;
    if (!simulator[messenger].pendingUpdates.some(({ update_id }) => update_id >= seen)) return 0;
    const client = running.clients.get(messenger)!;
    const raw = await client.getUpdates({
      offset: offsets.get(messenger),
      timeout: 0,
      signal: new AbortController().signal,
    });
    const updates = raw.map((one) => client.normalise(one)).filter((one) => one !== null);
    await running.inbox.put({ messenger, botId: client.me.id }, updates);
    const last = updates.at(-1);
    if (last) offsets.set(messenger, last.update_id + 1);
    await running.inbox.idle();
    return raw.length;
  }

  return {
    simulator,
    drafts,
    connection,
    server: (messenger) => simulator[messenger],
    say: (key) => translations.translator('fa').text(key),
    async linked(firstName) {
      const people = {
        telegram: simulator.telegram.person({ firstName, phone: '+989990000001' }),
        bale: simulator.bale.person({ firstName, phone: '+989990000001' }),
      };
      const accounts = MESSENGERS.map((messenger) => ({
        messenger,
        userId: people[messenger].id,
        chatId: people[messenger].id,
      }));
      const made = await connection.models['Member']!.create({ accounts, createdAt: systemNow() });
      return { ...people, memberId: String(made._id) };
    },
    async memberOf(person, messenger) {
      const account = { messenger, userId: person.id, chatId: person.id };
      return createMembers({ now: systemNow, connection }).identify(account);
    },
    async draftOf(memberId) {
      const { ObjectId } = connection.base.mongo;
      const [draft] = await connection
        .collection('drafts')
        .find({ memberId: new ObjectId(memberId) })
        .sort({ updatedAt: -1 })
        .limit(1)
        .toArray();
      return draft as never;
    },
    async work() {
      while ((await workOf('telegram')) + (await workOf('bale')) > 0);
    },
    again: () => again(),
    async restart(others = dialogues) {
      await running.stop();
      dialogues = others;
      running = await start();
    },
    async close() {
      await running.stop();
      const calls = options.judged === false ? [] : MESSENGERS.map((name) => ({ name, calls: simulator[name].calls }));
      const faults = calls.flatMap(({ name, calls }) => calls.flatMap((call) => callFaults(call, name)));
      await simulator.close();
      if (problems.length + faults.length > 0) throw new Error([...problems, ...faults].join('\n'));
    },
  };
}

/** A menu that leads to each dialogue by its name as a command, to the start and to the help. */
function createShell(deps: {
  connection: Connection;
  members: ReturnType<typeof createMembers>;
  dialogues: readonly Dialogue[];
  translations: Translations;
  now: (() => Date) | undefined;
}) {
  const { connection, members, translations } = deps;
  const shown = (key: TextKey) => async (ctx: BotContext) => {
    await ctx.show({ text: ctx.t.rich(key), keyboard: menu.keyboard(ctx.t, ctx.person) });
  };
  const menu = createMainMenu(
    [
      {
        name: 'start',
        label: 'bot.command.start',
        async open(ctx) {
          await shown('bot.prompt')(ctx);
          await dialogues.showWaiting(ctx);
        },
      },
      { name: 'help', label: 'bot.menu.help', open: shown('bot.help') },
      ...deps.dialogues.map(({ name, title }) => ({
        name,
        label: title,
        hidden: true,
        open: (ctx: BotContext) => dialogues.begin(ctx, name),
      })),
    ],
    translations.labelsOf,
  );
  const dialogues: Dialogues = createDialogues({
    now: systemNow,
    dialogues: deps.dialogues,
    drafts: createDrafts({ now: systemNow, connection }),
    people: members,
    keepFile: (ctx, { kind }) => Promise.resolve({ ok: true, storedId: `kept-${ctx.inboxId.split(':')[2]}`, kind }),
    menu,
    labelsOf: translations.labelsOf,
    ...(deps.now ? { now: deps.now } : {}),
  });
  return { menu, dialogues, unclaimed: shown('bot.error.unclaimed') };
}

/** Ends a form without making anything of it. */
export const completed: Dialogue['complete'] = (ctx) => Promise.resolve({ text: ctx.t.rich('bot.prompt') });
