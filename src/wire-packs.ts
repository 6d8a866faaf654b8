import type { Composer } from 'grammy';
import type { Connection } from 'mongoose';
import type { BotContext } from './bot/context.ts';
import type { Dialogue } from './bot/dialogue/dialogue.ts';
import type { Dialogues } from './bot/dialogue/engine.ts';
import type { MenuItem } from './bot/main-menu.ts';
import type { Recipient, Renderer } from './delivery/contract.ts';
import type { Delivery } from './delivery/delivery.ts';
import type { Audit } from './features/audit/audit.service.ts';
import type { Business, Businesses } from './features/businesses/businesses.service.ts';
import { cardButton } from './features/businesses/businesses.views.ts';
import { createDirectory } from './features/businesses/directory.service.ts';
import { obviousWorkplace } from './features/businesses/kind-questions.ts';
import type { AboutMembers } from './features/members/about-members.ts';
import { NOBODY, type Member, type Members } from './features/members/members.service.ts';
import { homeButton } from './features/desk/desk.views.ts';
import {
  procurementButtons,
  procurementChat,
  procurementMenu,
  type ProcurementChatDeps,
} from './features/procurement/procurement.chat.ts';
import { procurementDialogues } from './features/procurement/procurement.dialogues.ts';
import { createProcurements, type Procurements } from './features/procurement/procurement.service.ts';
import { createSuppliers } from './features/procurement/suppliers.ts';
import {
  checkByCode,
  letterButtons,
  recognitionButtons,
  recognitionChat,
  renderRevoked,
  revokeDialogue,
} from './features/recognition/recognition.chat.ts';
import { createRecognitions, type Recognitions } from './features/recognition/recognition.service.ts';
import type { Translator } from './language/translator.ts';
import type { InlineButton } from './messengers/messenger.ts';

export interface PacksWiring extends Pick<ProcurementChatDeps, 'askToRegister' | 'fileFor'> {
  connection: Connection;
  audit: Audit;
  members: Members;
  businesses: Businesses;
  delivery: () => Delivery;
  recipientOf: (member: Member) => Recipient;
  translatorFor: (language: string) => Translator;
  begin: Dialogues['begin'];
  persian: Translator;
  now: () => Date;
}

/** What the secretariat writes for members to others: the procurement file and letters of activity. */
export interface PackFeatures {
  procurements: Procurements;
  recognitions: Recognitions;
  menu: MenuItem;
  /** Opens the check of a letter's code. */
  check: (ctx: BotContext, code: string) => Promise<void>;
  deskButtons: (ctx: BotContext) => InlineButton[];
  businessButtons: (ctx: BotContext, business: Business) => InlineButton[];
  dialogues: Dialogue[];
  chats: Composer<BotContext>[];
  renderers: Record<string, Renderer>;
  about: Record<'procurement' | 'recognition', AboutMembers>;
}

/** All that a person has reported; nobody has more. */
const MOST_PURCHASES = 10_000;

export function wirePacks(deps: PacksWiring): PackFeatures {
  const { connection, audit, members, businesses, delivery, recipientOf, begin, now } = deps;
  const suppliersOf = createSuppliers({ directory: createDirectory({ connection }) });
  const procurements = createProcurements({ connection, audit, suppliersOf, now });
  const { askToRegister, fileFor, persian } = deps;
  const home = homeButton.data();
  const procurementDeps = { procurements, home, begin, askToRegister, fileFor, persian, now };
  const recognitions = createRecognitions({
    connection,
    businesses,
    obviousWorkplace,
    audit,
    now,
    async notify({ key, memberId, recognitionId }) {
      const member = await members.find(memberId);
      if (!member) return;
      const recipient = recipientOf(member);
      await delivery().notify({ key, recipient, kind: 'recognition', payload: { recognitionId }, priority: 'direct' });
    },
  });
  const recognitionDeps = {
    recognitions,
    home,
    businesses,
    begin,
    persian,
    cardOf: (id: string) => cardButton.data(id),
  };

  return {
    procurements,
    recognitions,
    menu: procurementMenu(procurementDeps),
    check: (ctx, code) => checkByCode(recognitionDeps, ctx, code),
    deskButtons: (ctx) => [...procurementButtons(ctx), ...recognitionButtons(ctx)],
    businessButtons: (ctx, business) => letterButtons(recognitions, ctx, business),
    dialogues: [...procurementDialogues({ procurements, members }), revokeDialogue({ recognitions })],
    chats: [procurementChat(procurementDeps), recognitionChat(recognitionDeps)],
    renderers: {
      recognition: (payload, { language }) =>
        renderRevoked(recognitions, payload as { recognitionId: string }, deps.translatorFor(language)),
    },
    about: {
      procurement: {
        holds: ['procurements.reporterId'],
        move: (from, to) => procurements.moveMember(from, to),
        forget: ({ id }) => procurements.forgetMember(id, NOBODY),
        show: async (id) => ({ purchases: await procurements.ofReporter(id, { limit: MOST_PURCHASES }) }),
      },
      recognition: {
        holds: ['recognitions.memberId', 'recognitions.ended.by'],
        move: (from, to) => recognitions.moveMember(from, to),
        forget: ({ id }) => recognitions.forgetMember(id, NOBODY),
        show: async (id) => ({ letters: await recognitions.ofMember(id) }),
      },
    },
  };
}
