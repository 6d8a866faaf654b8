import type { Composer } from 'grammy';
import type { Connection } from 'mongoose';
import type { BotContext } from './bot/context.ts';
import type { MenuItem } from './bot/main-menu.ts';
import type { Recipient, Renderer } from './delivery/contract.ts';
import type { Delivery } from './delivery/delivery.ts';
import type { Audit } from './features/audit/audit.service.ts';
import { homeButton } from './features/desk/desk.views.ts';
import { handoverChat, handoverMenu, renderHandover } from './features/handover/handover.chat.ts';
import { createHandovers, type Handovers } from './features/handover/handover.service.ts';
import type { AboutMembers } from './features/members/about-members.ts';
import { NOBODY, type Member, type Members } from './features/members/members.service.ts';
import type { Job } from './jobs/schedule.ts';
import type { Translator } from './language/translator.ts';

export interface HandoverFeatures {
  handovers: Handovers;
  menu: MenuItem;
  chats: Composer<BotContext>[];
  renderers: Record<string, Renderer>;
  jobs: Job[];
  about: AboutMembers;
}

/** Puts the hand-over together. */
export function wireHandover(deps: {
  connection: Connection;
  audit: Audit;
  members: Members;
  delivery: () => Delivery;
  recipientOf: (member: Member) => Recipient;
  translatorFor: (language: string) => Translator;
  now: () => Date;
}): HandoverFeatures {
  const { connection, audit, members } = deps;
  const handovers = createHandovers({
    connection,
    audit,
    members,
    now: deps.now,
    async tell({ key, memberId, ...payload }) {
      const member = await members.find(memberId);
      if (member)
        await deps.delivery().notify({
          key,
          recipient: deps.recipientOf(member),
          kind: 'handover',
          payload,
          priority: 'direct',
        });
    },
  });
  const chat = { handovers, members, home: homeButton.data() };
  return {
    handovers,
    menu: handoverMenu(chat),
    chats: [handoverChat(chat)],
    renderers: {
      handover: (payload, { language }) =>
        renderHandover(chat, payload as Parameters<typeof renderHandover>[1], deps.translatorFor(language)),
    },
    jobs: [{ name: 'finish a hand-over', when: '* * * * *', run: () => handovers.run() }],
    about: {
      holds: ['handovers.outgoingId', 'handovers.incomingId'],
      move: (from, to) => handovers.moveMember(from, to),
      forget: ({ id }) => handovers.forgetMember(id, NOBODY),
      show: null,
    },
  };
}
