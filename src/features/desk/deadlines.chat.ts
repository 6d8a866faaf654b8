import type { BotContext } from '../../bot/context.ts';
import { join } from '../../language/rich-text.ts';
import type { OutgoingMessage } from '../../messengers/messenger.ts';
import { DESK_ROLES, type Actor, type Obstacle, type Obstacles } from '../obstacles/obstacles.service.ts';
import { cardButton, queueButton } from './desk.views.ts';

/** Renderers of what the outbox brings to the secretariat. */
export interface StaffNotice {
  obstacleId: string;
  what: 'soon' | 'overdue' | 'escalated' | 'assigned';
}

export async function renderStaffNotice(
  obstacles: Obstacles,
  { obstacleId, what }: StaffNotice,
  { hearer, t }: { hearer: Actor; t: BotContext['t'] },
): Promise<OutgoingMessage[]> {
  const obstacle = await obstacles.visibleTo(hearer, obstacleId);
  if (!obstacle) return [];
  const at = obstacle.clock.due;
  // What was to be warned of is past: an answer was given meanwhile.
  if (what !== 'assigned' && at === null) return [];
  return [
    {
      text: join(
        [
          t.rich('obstacles.changed.head', { title: obstacle.title, code: obstacle.code }),
          t.rich(`desk.notice.${what}`, at ? { at } : {}),
        ],
        '\n\n',
      ),
      keyboard: { kind: 'inline', rows: [[{ label: t.text('desk.button.card'), data: cardButton.data(obstacle.id) }]] },
    },
  ];
}

/** To who leads the desk: cases of somebody who works on them no longer are back in the queue. */
export function renderFreed(
  { count, name }: { count: number; name: string | null },
  { hearer, t }: { hearer: Actor; t: BotContext['t'] },
): OutgoingMessage[] {
  if (!hearer.roles.some((role) => DESK_ROLES.includes(role))) return [];
  return [
    {
      text: t.rich('desk.notice.freed', { count, name: name ?? t.text('desk.card.colleague') }),
      keyboard: {
        kind: 'inline',
        rows: [
          [
            {
              label: t.text('desk.home.unassigned', { count }),
              data: queueButton.data('unassigned', '0', '', ''),
            },
          ],
        ],
      },
    },
  ];
}

const MOST_LISTED = 10;

/** An officer's day: what is overdue and what is due by the next working day. */
export async function renderDailyList(
  obstacles: Obstacles,
  { hearer, t }: { hearer: Actor; t: BotContext['t'] },
): Promise<OutgoingMessage[]> {
  if (!hearer.roles.some((role) => DESK_ROLES.includes(role))) return [];
  const { overdue, soon, open } = await obstacles.followUp.dayOf(hearer.id);
  const line = ({ code, title, clock }: Obstacle) =>
    t.rich('desk.daily.item', { code, title, at: clock.due ?? undefined });
  const part = (key: 'overdue' | 'soon', cases: readonly Obstacle[]) =>
    cases.length === 0
      ? ''
      : join([t.rich(`desk.daily.${key}`, { count: cases.length }), ...cases.slice(0, MOST_LISTED).map(line)]);
  return [
    {
      text: join([t.rich('desk.daily.title', { count: open }), part('overdue', overdue), part('soon', soon)], '\n\n'),
      keyboard: {
        kind: 'inline',
        rows: [[{ label: t.text('desk.daily.open'), data: queueButton.data('mine', '0', '', '') }]],
      },
    },
  ];
}
