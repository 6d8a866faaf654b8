import type { Composer } from 'grammy';
import type { BotContext } from './bot/context.ts';
import { askAboutHeld, heldChat, keepUnclaimed, type HeldChatDeps } from './features/held/held.chat.ts';
import { createHeld, filesOfHeld, textOfHeld, unfetchedOf } from './features/held/held.service.ts';
import type { AboutMembers } from './features/members/about-members.ts';
import type { Connection } from 'mongoose';

export interface HeldFeatures {
  chat: Composer<BotContext>;
  unclaimed: (ctx: BotContext) => Promise<void>;
  /** Asks about what a person sent and has not said anything of. */
  ask: (ctx: BotContext) => Promise<void>;
  filesOf: (memberIds: readonly string[]) => Promise<string[]>;
  about: AboutMembers;
}

/** Puts together what keeps messages that were sent outside every form. */
export function wireHeld({
  connection,
  keepDays,
  now,
  ...deps
}: Omit<HeldChatDeps, 'held'> & {
  connection: Connection;
  keepDays: number;
  now: () => Date;
}): HeldFeatures {
  const held = createHeld({ connection, keepDays, now });
  const chatDeps = { ...deps, held };
  return {
    chat: heldChat(chatDeps),
    unclaimed: keepUnclaimed(chatDeps),
    ask: askAboutHeld(chatDeps),
    filesOf: (memberIds) => held.filesOf(memberIds),
    about: {
      holds: ['held.memberId'],
      move: (from, to) => held.moveMember(from, to),
      forget: ({ id }) => held.forgetMember(id),
      // What is in no form and no case.
      show: async (id) => ({
        forms: (await held.ofMember(id))
          .filter(({ state }) => state === 'waiting' || state === 'nothing')
          .map((one) => ({
            dialogue: 'report',
            updatedAt: one.at,
            answers: {
              description: textOfHeld(one),
              evidence: [...filesOfHeld(one), ...unfetchedOf(one).map(({ sent }) => sent)].map(({ kind }) => kind),
            },
          })),
      }),
    },
  };
}
