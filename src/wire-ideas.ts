import type { Composer } from 'grammy';
import type { BotContext } from './bot/context.ts';
import type { Dialogue } from './bot/dialogue/dialogue.ts';
import type { Dialogues } from './bot/dialogue/engine.ts';
import type { Recipient, Renderer } from './delivery/contract.ts';
import type { Delivery } from './delivery/delivery.ts';
import { ideasChat, ideasDeskButtons, renderOfficial } from './features/board/ideas.chat.ts';
import { ideaRuleDialogue, officialAnswerDialogue } from './features/board/ideas.dialogues.ts';
import type { Member, Members } from './features/members/members.service.ts';
import { ANSWERS, type Obstacles, type TellOfficial } from './features/obstacles/obstacles.service.ts';
import { caseButton } from './features/obstacles/obstacles.views.ts';
import type { Job } from './jobs/schedule.ts';
import type { Translator } from './language/translator.ts';
import type { InlineButton } from './messengers/messenger.ts';

export interface IdeasFeatures {
  chats: Composer<BotContext>[];
  dialogues: Dialogue[];
  renderers: Record<string, Renderer>;
  deskButtons: (ctx: BotContext) => Promise<InlineButton[]>;
  jobs: Job[];
}

/** Puts together what the council does about ideas. */
export function wireIdeas({
  obstacles,
  begin,
  translatorFor,
}: {
  obstacles: Obstacles;
  begin: Dialogues['begin'];
  translatorFor: (language: string) => Translator;
}): IdeasFeatures {
  return {
    chats: [ideasChat({ obstacles, begin })],
    dialogues: [officialAnswerDialogue({ obstacles }), ideaRuleDialogue({ obstacles })],
    renderers: {
      official: (payload, { language, memberId }) =>
        renderOfficial(obstacles, payload as Parameters<typeof renderOfficial>[1], {
          t: translatorFor(language),
          memberId,
          ownData: (id) => caseButton.data(id),
        }),
    },
    deskButtons: (ctx) => ideasDeskButtons(obstacles, ctx),
    jobs: [
      { name: 'see which ideas the council must answer', when: '*/10 * * * *', run: () => obstacles.official.run() },
    ],
  };
}

/** Official answers leave through the outbox, within each one's waking hours; the key makes each notice one. */
export function tellOfficialBy(deps: {
  members: Pick<Members, 'find' | 'withRole'>;
  delivery: () => Delivery;
  recipientOf: (member: Member) => Recipient;
  dueAt: (member: Member) => Promise<Date>;
}): TellOfficial {
  return async ({ what, obstacleId, revision, to }) => {
    const people = 'memberId' in to ? [await deps.members.find(to.memberId)] : await deps.members.withRole(ANSWERS);
    for (const one of people) {
      if (!one) continue;
      await deps.delivery().notify({
        // The reporter by role, so that the key outlives a merge of two members.
        key: `official-${what}:${obstacleId}:${revision}:${to.role === 'reporter' ? 'reporter' : one.id}`,
        recipient: deps.recipientOf(one),
        kind: 'official',
        payload: { obstacleId, what, role: to.role },
        priority: 'direct',
        dueAt: await deps.dueAt(one),
      });
    }
  };
}
