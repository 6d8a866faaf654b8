import { InputFile } from 'grammy';
import { bold, concat, plain } from '../language/rich-text.ts';
import { toMessengerError, type Http } from '../messengers/index.ts';
import type { FailureKind, MessengerClient } from '../messengers/messenger.ts';
import { finding, type Finding, type Verdict } from './report.ts';

/** Who the bot is and how updates come to it. */
export async function checkBot(client: MessengerClient): Promise<Finding[]> {
  return [
    await finding('getMe', async () => {
      const { id, username } = await client.connect();
      return { verdict: 'ok', detail: `@${username}, id ${id}` };
    }),
    await finding('getWebhookInfo', async () => {
      const { url, pending_update_count, last_error_message } = await client.api.getWebhookInfo();
      // The address may hold a secret.
      const host = url ? `a webhook on ${new URL(url).host}` : 'no webhook';
      const trouble = last_error_message ? `; last error: ${last_error_message}` : '';
      return {
        verdict: trouble ? 'warning' : 'ok',
        detail: `${host}, ${pending_update_count ?? 'unknown'} updates waiting${trouble}`,
      };
    }),
  ];
}

/** The smallest picture there is. */
const PICTURE = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);
const png = (fileName: string) => ({ bytes: PICTURE, fileName, mimeType: 'image/png' });

/** No such person is known to have written to any bot: what a messenger says of one is the question. */
const STRANGER = 1;
const ANSWER_MS = 20_000;
const MARKDOWN_EDGES = [
  '*bold* at the start',
  'in*side*word',
  ' *spaced* ',
  '_under_score',
  '**two**',
  '\\*escaped\\*',
  '[text](https://example.ir)',
  '```[title]text```',
];

/** What an answer says: how it is judged when the messenger does it, and which refusals are as they should be. */
interface Expected {
  done?: Verdict;
  refusals?: readonly FailureKind[];
}
const MUST_REFUSE = (...refusals: FailureKind[]): Expected => ({ done: 'warning', refusals });

/**
 * The questions about a messenger that only a live one answers, asked in one chat that the operator names. Each sends at
 * most one message, deletes it where it says nothing to a person, and changes nothing else. `http` speaks to the messenger
 * as it is, without our dialect.
 */
export async function probe(
  client: MessengerClient,
  { chatId, http }: { chatId: number; http: Pick<Http, 'post'> },
): Promise<Finding[]> {
  const { api } = client;

  /** The messenger's own words are the answer, a refusal as well as a success. */
  const ask = (what: string, call: () => Promise<unknown>, { done = 'ok', refusals = [] }: Expected = {}) =>
    finding(what, async () => {
      try {
        const shape = shapeOf(await call());
        return { verdict: done, detail: done === 'warning' ? `not refused as was expected: ${shape}` : shape };
      } catch (error) {
        const { kind, message } = toMessengerError(error, what);
        if (refusals.includes(kind)) return { verdict: done === 'ok' ? 'info' : 'ok', detail: `refused: ${message}` };
        return { verdict: kind === 'down' || kind === 'bad-token' ? 'error' : 'warning', detail: message };
      }
    });
  const sendText = async (text: string): Promise<number> => {
    const [sent] = await client.send(chatId, { text: plain(text) });
    return sent?.messageId ?? 0;
  };
  const findings: Finding[] = [];
  const note = async (result: Promise<Finding>): Promise<void> => void findings.push(await result);

  await note(
    ask('Text with a style', () => client.send(chatId, { text: concat(plain('doctor: '), bold('bold')) }), {
      done: 'open',
    }),
  );
  await note(ask('Upload as a part named after the parameter', () => upload('picture.png')));
  await note(ask('Upload with a Persian file name', () => upload('تصویر.png')));
  await note(ask('Upload of a document', () => upload('picture.png', 'document')));
  await note(ask('Album of two uploads', () => album()));
  await note(
    ask('Edit of a message, and the same again', async () => {
      const id = await sendText('doctor: before');
      await client.edit(chatId, id, { text: plain('doctor: after') });
      await client.edit(chatId, id, { text: plain('doctor: after') });
      await client.delete(chatId, id);
      return { message_id: id };
    }),
  );
  await note(
    ask(
      'Edit of a message that is not there',
      () => client.edit(chatId, 2 ** 31 - 2, { text: plain('x') }),
      MUST_REFUSE('message-gone'),
    ),
  );
  await note(
    ask(
      'Message to somebody who never started the bot',
      () => client.send(STRANGER, { text: plain('x') }),
      MUST_REFUSE('unreachable'),
    ),
  );
  await note(
    ask(
      'Press that is not known',
      () => api.answerCallbackQuery('0', { text: 'x' }),
      MUST_REFUSE('too-late', 'rejected'),
    ),
  );
  // Nothing of ours depends on it, and Bale's documents don't have it.
  await note(ask('Commands', () => api.getMyCommands(), { refusals: ['rejected'] }));
  await note(ask('getChat', () => api.getChat(chatId)));
  if (!client.capabilities.entities) {
    // Straight past the renderer, which would neutralise them.
    for (const edge of MARKDOWN_EDGES) {
      await note(ask(`Markdown as it is: ${edge}`, () => sendAsItIs(edge), { done: 'open' }));
    }
  }
  return findings;

  async function sendAsItIs(text: string): Promise<unknown> {
    const answer = await http.post(
      { method: 'sendMessage', params: { chat_id: chatId, text } },
      { timeoutMs: ANSWER_MS },
    );
    return answer.ok ? answer.result : answer;
  }
  function upload(fileName: string, kind: 'photo' | 'document' = 'photo'): Promise<unknown> {
    return client.send(chatId, { text: plain(''), media: { kind, file: png(fileName) } });
  }
  function album(): Promise<unknown> {
    const item = (name: string) => ({ type: 'photo' as const, media: new InputFile(PICTURE, name) });
    return api.sendMediaGroup(chatId, [item('one.png'), item('two.png')]);
  }
}

/** Which fields came back and of what kind, with numbers but without anybody's words. */
function shapeOf(value: unknown, depth = 0): string {
  if (Array.isArray(value)) {
    const items = value.slice(0, 2).map((item) => shapeOf(item, depth + 1));
    return `[${items.join(', ')}${value.length > 2 ? ', …' : ''}]`;
  }
  if (typeof value === 'object' && value !== null) {
    if (depth > 1) return '{…}';
    const fields = Object.entries(value).map(([name, field]) => `${name}: ${shapeOf(field, depth + 1)}`);
    return `{${fields.join(', ')}}`;
  }
  return typeof value === 'string' ? 'text' : String(value);
}
