import type { Composer } from 'grammy';
import type { Connection } from 'mongoose';
import type { BotContext } from './bot/context.ts';
import type { Dialogue } from './bot/dialogue/dialogue.ts';
import type { Dialogues } from './bot/dialogue/engine.ts';
import type { MenuItem } from './bot/main-menu.ts';
import type { ToldState } from './language/told-state.ts';
import type { Renderer } from './delivery/contract.ts';
import type { OnOutcome } from './delivery/told.ts';
import { undeliveredNotice } from './features/directory/contact.views.ts';
import { createDeliveriesExport } from './delivery/export.ts';
import type { Audit } from './features/audit/audit.service.ts';
import { createBusinessesExport } from './features/businesses/businesses-export.service.ts';
import { createDirectory, type Directory } from './features/businesses/directory.service.ts';
import { createImportedBusinesses } from './features/businesses/imported-businesses.service.ts';
import { createClaims, type Claims } from './features/databank/claims.service.ts';
import {
  claimAfterContact,
  claimAfterProof,
  claimAtStart,
  databankButtons,
  databankChat,
} from './features/databank/databank.chat.ts';
import { createExports, type Exports } from './features/databank/export.service.ts';
import { sheetsMenu } from './features/databank/sheets.chat.ts';
import { createContact, type Contact, type NotifyOfContact } from './features/directory/contact.service.ts';
import { directoryChat, directoryMenu, renderContact, showResults } from './features/directory/directory.chat.ts';
import { contactDialogue, contactReplyDialogue, wordsDialogue } from './features/directory/directory.dialogues.ts';
import { createSearches } from './features/directory/searches.service.ts';
import type { AboutMembers } from './features/members/about-members.ts';
import { createImportedMembers } from './features/members/imported-members.service.ts';
import { createMembersExport } from './features/members/members-export.service.ts';
import type { Members } from './features/members/members.service.ts';
import { createNames } from './features/members/names.service.ts';
import { createCasesExport } from './features/obstacles/cases-export.service.ts';
import type { Scope } from './features/obstacles/obstacles.service.ts';
import type { Translator } from './language/translator.ts';
import type { InlineButton } from './messengers/messenger.ts';

export interface DatabankDeps {
  connection: Connection;
  members: Members;
  audit: Audit;
  moveInBusinesses: (from: string, to: string) => Promise<void>;
  giveNumber: (memberId: string) => Promise<unknown>;
  notifyOfContact: NotifyOfContact;
  /** What became of the notices about a thing. */
  toldOf: (about: string) => Promise<{ state: ToldState }[]>;
  /** Tells who wrote a message that it has reached nobody. */
  notifyUndelivered: (message: { memberId: string; messageId: string }) => Promise<void>;
  translatorFor: (language: string) => Translator;
  begin: Dialogues['begin'];
  showWaiting: (ctx: BotContext) => Promise<void>;
  /** The part of the cases that an officer answers for; null for all. */
  scopeOf: (memberId: string) => Promise<Scope | null>;
  /** The button data of the desk's first screen. */
  home: string;
  now: () => Date;
}

/** What the data bank gives besides registration: the directory, the contact through it, claims and sheets. */
export interface DatabankFeatures {
  directory: Directory;
  contact: Contact;
  claims: Claims;
  exports: Exports;
  menu: MenuItem;
  /** For council members, who have no desk. */
  sheetsMenu: MenuItem;
  dialogues: Dialogue[];
  /** For the registration: offers what a list has under the phone. */
  accepted: NonNullable<Dialogue['accepted']>;
  offerAtStart: (ctx: BotContext) => Promise<void>;
  offerAfterProof: (ctx: BotContext) => Promise<void>;
  chats: Composer<BotContext>[];
  renderers: Record<string, Renderer>;
  /** How the telling of a message between businesses ended: who wrote it hears where it reached nobody. */
  heard: OnOutcome;
  deskButtons: (ctx: BotContext) => Promise<InlineButton[]>;
  about: Record<'databank' | 'directory', AboutMembers>;
}

/** It has not arrived, and will not unless somebody comes back. */
const UNDELIVERED: readonly ToldState[] = ['blocked', 'no-messenger', 'failed'];

export function wireDatabank(deps: DatabankDeps): DatabankFeatures {
  const { connection, members, audit, begin, now } = deps;
  const directory = createDirectory({ connection });
  const searches = createSearches({ connection, now });
  const contact = createContact({ connection, directory, audit, notify: deps.notifyOfContact, now });
  const claims = createClaims({
    connection,
    members,
    audit,
    importedMembers: createImportedMembers({ connection, now }),
    importedBusinesses: createImportedBusinesses({ connection, now }),
    moveInBusinesses: deps.moveInBusinesses,
    giveNumber: deps.giveNumber,
    now,
  });
  const exports = createExports({
    members: createMembersExport({ connection }),
    businesses: createBusinessesExport({ connection }),
    cases: createCasesExport({ connection }),
    deliveries: createDeliveriesExport({ connection }),
    names: createNames({ connection }),
    audit,
    scopeOf: deps.scopeOf,
  });
  const directoryDeps = { directory, searches, contact, members, begin };
  return {
    directory,
    contact,
    claims,
    exports,
    menu: directoryMenu(directoryDeps),
    sheetsMenu: sheetsMenu({ exports }),
    dialogues: [
      wordsDialogue({ searches, results: (ctx) => showResults(directoryDeps, ctx, 0) }),
      contactDialogue(contact),
      contactReplyDialogue(contact),
    ],
    accepted: claimAfterContact(claims, now),
    offerAtStart: claimAtStart(claims),
    offerAfterProof: claimAfterProof(claims, now),
    chats: [
      directoryChat(directoryDeps),
      databankChat({
        claims,
        exports,
        home: deps.home,
        showWaiting: deps.showWaiting,
        prove: (ctx) => begin(ctx, 'prove-phone'),
        now,
      }),
    ],
    renderers: {
      'contact-undelivered': async (payload, { language }) => {
        const message = await contact.message((payload as { messageId: string }).messageId);
        return message ? [undeliveredNotice(deps.translatorFor(language), message)] : [];
      },
      contact: (payload, { language }) =>
        renderContact(directoryDeps, payload as { messageId: string }, deps.translatorFor(language)),
    },
    async heard({ about, state }) {
      const [, messageId] = /^contact:(.+)$/.exec(about) ?? [];
      if (messageId === undefined || !UNDELIVERED.includes(state)) return;
      const all = await deps.toldOf(about);
      const message = await contact.message(messageId);
      if (!message || all.some((one) => !UNDELIVERED.includes(one.state))) return;
      await deps.notifyUndelivered({ memberId: message.authorId, messageId });
    },
    deskButtons: (ctx) => databankButtons({ claims, exports }, ctx),
    about: {
      databank: {
        holds: ['claims.importedId', 'claims.memberId'],
        move: (from, to) => claims.moveMember(from, to),
        forget: ({ id }) => claims.forgetMember(id),
        show: null,
      },
      directory: {
        holds: ['contactThreads.askerId', 'contactMessages.authorId', 'directorySearches._id'],
        async move(from, to) {
          await contact.moveMember(from, to);
          await searches.forgetMember(from);
        },
        async forget({ id }) {
          await contact.forgetMember(id);
          await searches.forgetMember(id);
        },
        show: async (id) => ({ messages: await contact.writtenBy(id) }),
      },
    },
  };
}
