import {
  conversations,
  createConversation,
  type Conversation,
  type ConversationData,
  type VersionedState,
} from '@grammyjs/conversations';
import { Composer, type Context } from 'grammy';
import type { BotContext, People } from '../context.ts';

/**
 * What a dialogue did with an update. `stay`: it waits for the next one. `elsewhere`: not meant for it, features get the
 * update and the dialogue goes on. `over`: it has ended. `left`: it has ended, and features get the update.
 */
export type Outcome = 'stay' | 'elsewhere' | 'left' | 'over';

/** The only conversation there is; a chat waits in it at one point, so nothing is ever replayed but its first line. */
const CONVERSATION = 'dialogue';

export interface WaitingPoint {
  middleware: Composer<BotContext>;
  /** From the next update on, this chat's updates go to the draft, whatever they went to before. */
  enter(ctx: BotContext, draftId: string): Promise<void>;
}

/**
 * One waiting point, rolled back after each update (`skip`), so the stored state is the same small record at question 40
 * as at question 5, and holds nothing that anybody typed.
 */
export function createWaitingPoint({
  people,
  take,
}: {
  people: People;
  take: (ctx: BotContext, draftId: string) => Promise<Outcome>;
}): WaitingPoint {
  /**
   * A failure must not cost the chat its place in the dialogue: it is carried out of the conversation and thrown behind
   * it, where the inbox tries the update again.
   */
  const failures = new WeakMap<object, unknown>();

  async function waitInDialogue(conversation: Conversation<BotContext>, _ctx: Context, draftId: string): Promise<void> {
    await conversation.wait();
    const outcome = await conversation.external(async (ctx): Promise<Outcome> => {
      try {
        return await take(ctx, draftId);
      } catch (error) {
        failures.set(ctx.update, error);
        return 'stay';
      }
    });
    if (outcome === 'stay') await conversation.skip();
    if (outcome === 'elsewhere') await conversation.skip({ next: true });
    await conversation.halt({ next: outcome === 'left' });
  }

  const middleware = new Composer<BotContext>();
  middleware.use(
    conversations<BotContext, Context>({
      storage: {
        type: 'context',
        adapter: {
          async read(ctx) {
            const state = stateIn(ctx.person.conversation);
            if (!state && ctx.person.conversation !== null) await people.saveConversation(ctx.person, null);
            return state;
          },
          async write(ctx, state) {
            // After most updates it is what it was.
            const json = JSON.stringify(state);
            if (json !== ctx.person.conversation) await people.saveConversation(ctx.person, json);
          },
          delete: (ctx) => people.saveConversation(ctx.person, null),
        },
      },
    }),
  );
  middleware.use(async (ctx, next) => {
    // The inbox tries again with the same update: an earlier try's failure is not this one's.
    failures.delete(ctx.update);
    await next();
    if (failures.has(ctx.update)) throw failures.get(ctx.update);
  });
  middleware.use(createConversation<BotContext, Context>(waitInDialogue, { id: CONVERSATION }));

  return {
    middleware,
    async enter(ctx, draftId) {
      await ctx.conversation.exitAll();
      await ctx.conversation.enter(CONVERSATION, draftId);
    },
  };
}

/**
 * The stored state without conversations that this version does not know, and nothing where it can't be read: with a
 * foreign one in it no dialogue could be entered again («a conversation was already entered»).
 */
function stateIn(stored: string | null): VersionedState<ConversationData> | undefined {
  if (stored === null) return undefined;
  let parsed: unknown;
  try {
    parsed = JSON.parse(stored);
  } catch {
    return undefined;
  }
  if (!isRecord(parsed) || !Array.isArray(parsed['version']) || !isRecord(parsed['state'])) return undefined;
  const own = parsed['state'][CONVERSATION];
  if (!Array.isArray(own)) return undefined;
  return { ...parsed, state: { [CONVERSATION]: own } } as unknown as VersionedState<ConversationData>;
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
