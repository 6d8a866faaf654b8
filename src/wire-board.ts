import type { Composer } from 'grammy';
import type { BotContext } from './bot/context.ts';
import type { Dialogue } from './bot/dialogue/dialogue.ts';
import type { Dialogues } from './bot/dialogue/engine.ts';
import type { MenuItem } from './bot/main-menu.ts';
import { boardChat, boardMenu, ideasMenu, openPublicCase } from './features/board/board.chat.ts';
import { detailsDialogue, publicAnswerDialogue } from './features/board/board.dialogues.ts';
import { similarBeforeSending, similarChat } from './features/board/similar.chat.ts';
import type { Obstacles } from './features/obstacles/obstacles.service.ts';
import { caseButton, categoryText } from './features/obstacles/obstacles.views.ts';
import type { Job } from './jobs/schedule.ts';

export interface BoardFeatures {
  menu: MenuItem;
  ideasMenu: MenuItem;
  chats: Composer<BotContext>[];
  dialogues: Dialogue[];
  /** For the report: asks whether the problem is known already. */
  beforeSending: NonNullable<Dialogue['beforeSending']>;
  openPublicCase: (ctx: BotContext, code: string) => Promise<boolean>;
  jobs: Job[];
}

/** Puts the public board together, and what asks about similar cases before a report becomes one. */
export function wireBoard({
  obstacles,
  dialogues,
}: {
  obstacles: Obstacles;
  dialogues: Pick<Dialogues, 'begin' | 'held' | 'send' | 'settle'>;
}): BoardFeatures {
  const ownData = (id: string) => caseButton.data(id);
  const board = { obstacles, begin: dialogues.begin, categoryText, ownData };
  const similar = { obstacles, dialogues, categoryText, ownData };
  return {
    menu: boardMenu(board),
    ideasMenu: ideasMenu(board),
    chats: [boardChat(board), similarChat(similar)],
    dialogues: [detailsDialogue({ obstacles }), publicAnswerDialogue({ obstacles })],
    beforeSending: similarBeforeSending(similar),
    openPublicCase: (ctx, code) => openPublicCase(board, ctx, code),
    jobs: [
      {
        name: 'count the grams of open cases',
        when: '23 * * * *',
        async run() {
          await obstacles.similar.renewGrams();
          await obstacles.similar.countGrams();
        },
      },
    ],
  };
}
