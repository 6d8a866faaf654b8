import type { RichText } from '../../language/rich-text.ts';
import type { TextKey, Translator } from '../../language/translator.ts';
import type { Obstacle, ToldMark } from '../obstacles/obstacles.service.ts';

/** Changes are told together within ten minutes. */
const SOON_MS = 10 * 60_000;

/** Where the last word to the reporter is; undefined in a case in which there was none yet. */
export function lastTold({ history, told }: Obstacle): ToldMark | undefined {
  const last = history.findLast(({ party, facts }) => party !== 'reporter' && !facts.desk);
  return last && told[String(last.batch)];
}

/** What an officer's act has come to, as far as it is known at this moment: never that it has arrived. */
export function actTold(t: Translator, obstacle: Obstacle, now: Date): RichText {
  const told = lastTold(obstacle);
  const isLater = told?.state === 'waiting' && told.at.getTime() - now.getTime() > SOON_MS;
  if (isLater) return t.rich('desk.act.later', { at: told.at });
  const key = told && NOWHERE[told.state];
  return t.rich(key ?? 'desk.act.answered');
}

const NOWHERE: Partial<Record<ToldMark['state'], TextKey>> = {
  blocked: 'desk.act.blocked',
  'no-messenger': 'desk.act.noMessenger',
  gone: 'desk.act.gone',
  failed: 'desk.act.failed',
};
