import { refuse } from './method.ts';
import type { Method } from './method.ts';

const MAX_ANSWER = 200;

const answerCallbackQuery: Method = ({ host, params }) => {
  const press = host.world.presses.get(params.text('callback_query_id') ?? '');
  const lifetime = host.profile.pressLifetime;
  if (!press) return refuse(host, 'press-unknown');
  const isLate = lifetime !== null && host.now() - press.at > lifetime * 1000;
  // A second answer is refused like a late one.
  if (isLate || press.answer) return refuse(host, 'press-unknown');
  const text = params.text('text') ?? '';
  if (text.length > MAX_ANSWER) return refuse(host, 'answer-too-long');
  host.world.commit({ t: 'press', press: { ...press, answer: { text, alert: params.flag('show_alert') } } });
  return true;
};

export const pressMethods: Record<string, Method> = { answerCallbackQuery };
