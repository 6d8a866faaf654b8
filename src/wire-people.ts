import type { Composer } from 'grammy';
import type { Connection } from 'mongoose';
import type { BotContext } from './bot/context.ts';
import type { Dialogue } from './bot/dialogue/dialogue.ts';
import type { Drafts } from './bot/dialogue/drafts.ts';
import type { Dialogues } from './bot/dialogue/engine.ts';
import type { MenuItem } from './bot/main-menu.ts';
import type { Renderer } from './delivery/contract.ts';
import type { Delivery } from './delivery/delivery.ts';
import type { Audit } from './features/audit/audit.service.ts';
import type { Businesses } from './features/businesses/businesses.service.ts';
import { createLeaving } from './features/businesses/leaving.service.ts';
import type { Files } from './features/files/files.service.ts';
import { accountsChat, renderJoin } from './features/members/accounts.chat.ts';
import { createConsentChat } from './features/members/consent.chat.ts';
import { createDeletions, type Deletions, type DeletionsDeps } from './features/members/deletions.service.ts';
import { createJoins, type Joins, type JoinsDeps } from './features/members/joins.service.ts';
import { linkDialogue, offerAfterContact, offerJoining } from './features/members/link.dialogue.ts';
import { NOBODY, type Members, type MessengerName } from './features/members/members.service.ts';
import { myDataChat, myDataMenu, type MyDataChatDeps } from './features/members/my-data.chat.ts';
import { nationalCodeDialogue, profileDialogue } from './features/members/my-data.dialogues.ts';
import { createKeptAbout, type MyDataDeps, type UnsentForm } from './features/members/my-data.service.ts';
import { createNationalCodes, type NationalCodes } from './features/members/national-codes.service.ts';
import type { News } from './features/news/news.service.ts';
import type { Obstacles } from './features/obstacles/obstacles.service.ts';
import type { Job } from './jobs/schedule.ts';
import type { Translator } from './language/translator.ts';

export interface PeopleDeps {
  connection: Connection;
  now: () => Date;
  members: Members;
  audit: Audit;
  businesses: Businesses;
  obstacles: Obstacles;
  files: Files;
  news: Pick<News, 'attachments' | 'moveMember' | 'forgetMember'>;
  drafts: Drafts;
  delivery: () => Delivery;
  /** 32 bytes, for what is stored sealed. */
  secretKey: Uint8Array;
  /** How long a deletion can be undone. */
  undoDays: number;
  /** Forgets the updates of a chat that were set aside. */
  forgetChat: (chat: { messenger: MessengerName; chatId: number }) => Promise<void>;
  /** What else refers to a member, in rooms that are put together elsewhere. */
  elsewhere: {
    move: (from: string, to: string) => Promise<void>;
    forget: (id: string) => Promise<void>;
    isSomebodyElse: DeletionsDeps['isSomebodyElse'];
    messagesOf: (id: string) => Promise<{ at: Date; text: string }[]>;
    purchasesOf: MyDataDeps['purchasesOf'];
    lettersOf: MyDataDeps['lettersOf'];
    formsOf: (id: string) => Promise<UnsentForm[]>;
  };
  translatorFor: (language: string) => Translator;
  begin: Dialogues['begin'];
  chat: Pick<MyDataChatDeps, 'businessCards' | 'namesIn' | 'menuKeyboard' | 'settings'>;
}

/** What the room of members gives besides the members themselves: their accounts, their consent and their data. */
export interface PeopleFeatures {
  joins: Joins;
  nationalCodes: NationalCodes;
  deletions: Deletions;
  me: MenuItem;
  consent: ReturnType<typeof createConsentChat>;
  dialogues: Dialogue[];
  /** For the registration: offers joining where a phone is known elsewhere. */
  accepted: NonNullable<Dialogue['accepted']>;
  chats: Composer<BotContext>[];
  renderers: Record<string, Renderer>;
  jobs: Job[];
}

/** All of a person's cases; nobody has more. */
const MOST_CASES = 10_000;

export function wirePeople(deps: PeopleDeps): PeopleFeatures {
  const { connection, members, audit, businesses, obstacles, files, drafts, delivery, begin, now } = deps;

  const tell: JoinsDeps['tell'] = async ({ join, to, about }) => {
    const side = join[to];
    const member = await members.behind(side);
    await delivery().notify({
      key: `join:${join.id}:${to}:${about}`,
      recipient: { memberId: member?.id ?? join.memberId, language: member?.language ?? 'fa', accounts: [side] },
      kind: 'join',
      payload: { joinId: join.id, to, about },
      priority: 'direct',
    });
  };
  const joins = createJoins({
    connection,
    now,
    members,
    audit,
    tell,
    movers: [
      { name: 'drafts', move: (from, to) => drafts.handOver({ from, to }) },
      { name: 'businesses', move: (from, to) => businesses.moveMember(from, to) },
      { name: 'obstacles', move: (from, to) => obstacles.moveMember(from, to) },
      { name: 'files', move: (from, to) => files.moveMember(from, to) },
      { name: 'news', move: (from, to) => deps.news.moveMember(from, to) },
      { name: 'elsewhere', move: (from, to) => deps.elsewhere.move(from, to) },
      { name: 'deliveries', move: (from, to) => delivery().people.moveMember(from, to) },
      { name: 'audit', move: (from, to) => audit.moveMember(from, to) },
    ],
  });
  const nationalCodes = createNationalCodes({ connection, secretKey: deps.secretKey, audit });
  const leaving = createLeaving({ connection, audit });
  const deletions = createDeletions({
    connection,
    now,
    undoDays: deps.undoDays,
    audit,
    isSomebodyElse: (record, leaver) => deps.elsewhere.isSomebodyElse(record, leaver),
    forgetters: [
      // Before the cases lose their reporter: which files are evidence is known from them.
      {
        name: 'files',
        async forget({ id }) {
          const keep = [...(await obstacles.evidenceOf(id)), ...(await deps.news.attachments())];
          await files.forgetMember(id, { keep, nobody: NOBODY });
        },
      },
      { name: 'obstacles', forget: ({ id }) => obstacles.forgetMember(id, NOBODY) },
      { name: 'businesses', forget: ({ id }) => leaving.forgetMember(id) },
      { name: 'news', forget: ({ id }) => deps.news.forgetMember(id) },
      { name: 'elsewhere', forget: ({ id }) => deps.elsewhere.forget(id) },
      { name: 'drafts', forget: ({ id }) => drafts.forgetMember(id) },
      { name: 'joins', forget: ({ id }) => joins.forgetMember(id) },
      { name: 'deliveries', forget: ({ id }) => delivery().people.forgetMember(id, NOBODY) },
      {
        name: 'inbox',
        async forget({ chats }) {
          for (const chat of chats) await deps.forgetChat(chat);
        },
      },
    ],
  });
  const keptAbout = createKeptAbout({
    members,
    nationalCodes,
    businessesOf: (id) => businesses.ofMember(id),
    casesOf: (id) => obstacles.ofReporter(id, { limit: MOST_CASES }),
    formsOf: async (id) => [
      ...(await drafts.ofMember(id)).filter(({ status }) => status !== 'sent'),
      ...(await deps.elsewhere.formsOf(id)),
    ],
    messagesOf: (id) => deps.elsewhere.messagesOf(id),
    purchasesOf: (id) => deps.elsewhere.purchasesOf(id),
    lettersOf: (id) => deps.elsewhere.lettersOf(id),
  });

  const offer = offerJoining(joins);
  const myData: MyDataChatDeps = { keptAbout, nationalCodes, deletions, begin, now, ...deps.chat };
  const consent = createConsentChat({ members, menuKeyboard: deps.chat.menuKeyboard });
  return {
    joins,
    nationalCodes,
    deletions,
    consent,
    me: myDataMenu(myData),
    dialogues: [profileDialogue({ members }), nationalCodeDialogue({ nationalCodes }), linkDialogue(offer)],
    accepted: offerAfterContact(offer),
    chats: [myDataChat(myData), accountsChat({ members, joins, begin })],
    renderers: {
      join: (payload, { language }) => renderJoin(joins, payload, deps.translatorFor(language)),
    },
    jobs: [
      { name: 'finish joinings', when: '* * * * *', run: () => joins.tidyUp() },
      { name: 'delete who asked for it', when: '*/10 * * * *', run: async () => void (await deletions.runDue()) },
    ],
  };
}
