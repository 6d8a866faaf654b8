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
import { filesWith } from './features/files/file-words.service.ts';
import type { Files } from './features/files/files.service.ts';
import {
  gatherAbout,
  type AboutEverywhere,
  type AboutMembers,
  type GatheredAbout,
} from './features/members/about-members.ts';
import { accountsChat, renderJoin } from './features/members/accounts.chat.ts';
import { createConsentChat } from './features/members/consent.chat.ts';
import { createDeletionLedger, type DeletionLedger } from './features/members/deletion-ledger.service.ts';
import { createErasure } from './features/members/erasure.service.ts';
import { createDeletions, type Deletions, type DeletionsDeps } from './features/members/deletions.service.ts';
import { createJoins, type Joins, type JoinsDeps } from './features/members/joins.service.ts';
import { linkDialogue, offerAfterContact, offerJoining } from './features/members/link.dialogue.ts';
import { NOBODY, type Members, type MessengerName } from './features/members/members.service.ts';
import { myDataChat, myDataMenu, type MyDataChatDeps } from './features/members/my-data.chat.ts';
import { nationalCodeDialogue, profileDialogue } from './features/members/my-data.dialogues.ts';
import { createKeptAbout } from './features/members/my-data.service.ts';
import { createNationalCodes, type NationalCodes } from './features/members/national-codes.service.ts';
import type { News } from './features/news/news.service.ts';
import type { Obstacles } from './features/obstacles/obstacles.service.ts';
import type { Job } from './jobs/schedule.ts';
import type { Translator } from './language/translator.ts';

/** The rooms whose word about members is given here. */
type OwnRoom = 'audit' | 'businesses' | 'delivery' | 'drafts' | 'files' | 'inbox' | 'members' | 'news';

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
  /** DATA_DIR, where deletions are noted apart from the database; null: nowhere. */
  dataDir: string | null;
  isSomebodyElse: DeletionsDeps['isSomebodyElse'];
  /** What the rooms that are put together elsewhere keep about members. */
  about: Omit<AboutEverywhere, OwnRoom>;
  translatorFor: (language: string) => Translator;
  /** Writes to each admin; the same key once. */
  tellAdmins: (notice: { key: string; kind: string; payload: unknown }) => Promise<void>;
  begin: Dialogues['begin'];
  chat: Pick<MyDataChatDeps, 'businessCards' | 'namesIn' | 'menuKeyboard' | 'settings'>;
}

/** What the room of members gives besides the members themselves: their accounts, their consent and their data. */
export interface PeopleFeatures {
  joins: Joins;
  nationalCodes: NationalCodes;
  deletions: Deletions;
  ledger: DeletionLedger;
  about: GatheredAbout;
  me: MenuItem;
  consent: ReturnType<typeof createConsentChat>;
  dialogues: Dialogue[];
  /** For the registration: offers joining where a phone is known elsewhere. */
  accepted: NonNullable<Dialogue['accepted']>;
  chats: Composer<BotContext>[];
  renderers: Record<string, Renderer>;
  jobs: Job[];
}

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
  const nationalCodes = createNationalCodes({
    connection,
    secretKey: deps.secretKey,
    audit,
    now,
    tellTwice: (pair) =>
      deps.tellAdmins({ key: `code-twice:${pair.one}:${pair.other}`, kind: 'code-twice', payload: pair }),
  });
  const ledger = createDeletionLedger({ connection, secretKey: deps.secretKey, folder: deps.dataDir });
  const leaving = createLeaving({ connection, audit });
  const erasure = createErasure({
    connection,
    nationalCodeOf: (id) => nationalCodes.forDeletion(id),
    async aboutOf(id) {
      const alone = (await businesses.ofMember(id)).filter(({ people }) => people.length === 1);
      return [...(await obstacles.idsOfReporter(id)), ...alone.map((business) => business.id)];
    },
  });

  const ownFiles: AboutMembers = {
    holds: ['files.files.metadata.ownerId'],
    move: (from, to) => files.moveMember(from, to),
    // Before the cases lose their reporter: which files are evidence is known from them.
    async forget({ id }) {
      const evidence = await obstacles.evidenceOf(id);
      const erasers = await erasure.erasersOf(id);
      const naming = erasers ? await filesWith(files, evidence, (text) => erasers.own(text) !== text) : [];
      await obstacles.dropEvidence(naming);
      const keep = [...evidence.filter((file) => !naming.includes(file)), ...(await deps.news.attachments())];
      await files.forgetMember(id, { keep, nobody: NOBODY });
    },
    show: null,
  };
  const everywhere: AboutEverywhere = {
    files: ownFiles,
    drafts: {
      holds: ['drafts.memberId'],
      move: (from, to) => drafts.handOver({ from, to }),
      forget: ({ id }) => drafts.forgetMember(id),
      show: async (id) => ({ forms: (await drafts.ofMember(id)).filter(({ status }) => status !== 'sent') }),
    },
    businesses: {
      holds: [
        'businesses.people.memberId',
        'businesses.review.by',
        'offers.fromId',
        'offers.toId',
        'offers.answeredBy',
      ],
      move: (from, to) => businesses.moveMember(from, to),
      forget: ({ id }) => leaving.forgetMember(id),
      show: async (id) => ({ businesses: await businesses.ofMember(id) }),
    },
    news: {
      holds: ['news.createdBy', 'news.changes.by'],
      move: (from, to) => deps.news.moveMember(from, to),
      forget: ({ id }) => deps.news.forgetMember(id),
      show: null,
    },
    ...deps.about,
    members: {
      // The journal of merging moves what is its own (merging.service.ts).
      holds: ['members.mergedInto', 'joins.from', 'joins.to'],
      move: (from, to) => nationalCodes.moveMember(from, to),
      forget: ({ id }) => joins.forgetMember(id),
      show: null,
    },
    delivery: {
      holds: ['deliveries.memberId', 'campaigns.createdBy', 'campaigns.approvedBy', 'campaigns.displays.memberId'],
      move: (from, to) => delivery().people.moveMember(from, to),
      forget: ({ id }) => delivery().people.forgetMember(id, NOBODY),
      show: null,
    },
    inbox: {
      holds: [],
      move: () => Promise.resolve(),
      async forget({ chats }) {
        for (const chat of chats) await deps.forgetChat(chat);
      },
      show: null,
    },
    audit: {
      holds: ['audit.actorId', 'audit.subject.id'],
      move: (from, to) => audit.moveMember(from, to),
      // Who used an office is answered for; the values of who is deleted go with the deletion.
      forget: () => Promise.resolve(),
      show: null,
    },
  };
  const about = gatherAbout(everywhere);
  const joins = createJoins({ connection, now, members, audit, tell, movers: about.movers });
  const deletions = createDeletions({
    connection,
    now,
    undoDays: deps.undoDays,
    audit,
    isSomebodyElse: deps.isSomebodyElse,
    forgetters: [
      { name: 'ledger', forget: async ({ id }) => ledger.add([id, ...(await members.mergedInto(id))]) },
      { name: 'words', forget: ({ id }) => erasure.erase(id) },
      ...about.forgetters,
    ],
  });
  const keptAbout = createKeptAbout({ members, nationalCodes, show: about.show });

  const offer = offerJoining(joins);
  const myData: MyDataChatDeps = { keptAbout, nationalCodes, deletions, begin, now, ...deps.chat };
  async function deleteDue(): Promise<void> {
    await deletions.runDue();
    // Those of other processes as well.
    await ledger.keepAside();
  }
  const consent = createConsentChat({ members, menuKeyboard: deps.chat.menuKeyboard });
  return {
    joins,
    nationalCodes,
    deletions,
    ledger,
    about,
    consent,
    me: myDataMenu(myData),
    dialogues: [profileDialogue({ members }), nationalCodeDialogue({ nationalCodes }), linkDialogue(offer)],
    accepted: offerAfterContact(offer),
    chats: [myDataChat(myData), accountsChat({ members, joins, begin, now })],
    renderers: {
      join: (payload, { language }) => renderJoin(joins, payload, deps.translatorFor(language)),
      'code-twice': async (payload, { language }) => {
        const { one, other } = payload as { one: string; other: string };
        const nameOf = async (id: string) => (await members.find(id))?.name ?? '—';
        const values = { one: await nameOf(one), other: await nameOf(other) };
        return [{ text: deps.translatorFor(language).rich('members.nationalCode.twice', values) }];
      },
    },
    jobs: [
      { name: 'finish joinings', when: '* * * * *', run: () => joins.tidyUp() },
      { name: 'delete who asked for it', when: '*/10 * * * *', run: () => deleteDue() },
    ],
  };
}
