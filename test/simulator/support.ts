import { startSimulator } from '../../src/simulator/simulator.ts';
import type { BotServer, Simulator, SimulatorOptions } from '../../src/simulator/simulator.ts';
import { afterThisTest } from '../support/clean-up.ts';

/** Closes what a test opened, newest first. */
export const closeAfterTest = (thing: { close: () => Promise<void> | void }): void =>
  afterThisTest(() => thing.close());

export async function simulator(options: Partial<SimulatorOptions> = {}): Promise<Simulator> {
  const started = await startSimulator({ apiPort: 0, ...options });
  closeAfterTest(started);
  return started;
}

export interface Answer {
  status: number;
  ok: boolean;
  result?: unknown;
  error_code?: number;
  description?: string;
  parameters?: { retry_after?: number };
}

/** One raw API call, JSON unless a form is given. */
export async function call(
  server: BotServer,
  method: string,
  payload: Record<string, unknown> | FormData = {},
): Promise<Answer> {
  const response = await fetch(`${server.apiRoot}/bot${server.token}/${method}`, {
    method: 'POST',
    ...(payload instanceof FormData
      ? { body: payload }
      : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(payload) }),
  });
  return { status: response.status, ...((await response.json()) as Omit<Answer, 'status'>) };
}

/** What a refusal looks like in a test: `400 Bad Request: chat not found`. */
export async function refusalOf(
  server: BotServer,
  method: string,
  payload: Record<string, unknown> | FormData = {},
): Promise<string> {
  const answer = await call(server, method, payload);
  if (answer.ok) throw new Error(`${method} was not refused: ${JSON.stringify(answer.result)}`);
  if (answer.status !== answer.error_code)
    throw new Error(`HTTP ${answer.status} with error_code ${answer.error_code}`);
  return `${answer.error_code} ${answer.description}`;
}

export async function resultOf<T = Record<string, unknown>>(
  server: BotServer,
  method: string,
  payload: Record<string, unknown> | FormData = {},
): Promise<T> {
  const answer = await call(server, method, payload);
  if (!answer.ok) throw new Error(`${method} was refused: ${answer.error_code} ${answer.description}`);
  return answer.result as T;
}

/** The smallest picture: one pixel, PNG. */
export const PIXEL = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);
