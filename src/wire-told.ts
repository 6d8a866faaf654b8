import type { Delivery } from './delivery/delivery.ts';
import type { Member, Members } from './features/members/members.service.ts';
import type { ToldMark } from './features/obstacles/obstacles.service.ts';

/** What became of a notice, and to whom. */
export interface ToldTo extends ToldMark {
  key: string;
  memberId: string;
}

/** Of somebody to whom nothing can be sent: have they shut the bot out, or no account at all? */
export const nowhereOf = ({ accounts }: Pick<Member, 'accounts'>): 'blocked' | 'no-messenger' =>
  accounts.length > 0 && accounts.every(({ reachable }) => !reachable) ? 'blocked' : 'no-messenger';

/** What became of the notices about a thing, as people read it on its card. */
export function toldOf({ members, delivery }: { members: Pick<Members, 'find'>; delivery: () => Delivery }) {
  return async (about: string): Promise<ToldTo[]> => {
    const told = await delivery().told.of(about);
    return Promise.all(
      told.map(async ({ key, memberId, state, at }) => {
        const member = state === 'no-messenger' ? await members.find(memberId) : null;
        return { key, memberId, at, state: member ? nowhereOf(member) : state };
      }),
    );
  };
}
