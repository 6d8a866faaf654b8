import type { MessengerName } from '../../messengers/messenger.ts';
import { ApiError } from '../api/api-error.ts';

/** Every reason for which a call is refused; each profile has its own code and words for it. */
export type Refusal =
  | 'bad-token'
  | 'unknown-method'
  | 'chat-missing'
  | 'chat-not-found'
  | 'blocked'
  | 'deactivated'
  | 'not-started'
  | 'not-in-group'
  | 'no-rights'
  | 'member-not-found'
  | 'text-empty'
  | 'text-too-long'
  | 'caption-too-long'
  | 'not-modified'
  | 'edit-missing'
  | 'edit-forbidden'
  | 'edit-no-text'
  | 'edit-no-caption'
  | 'delete-missing'
  | 'delete-forbidden'
  | 'reply-missing'
  | 'copy-missing'
  | 'copy-refused'
  | 'forward-missing'
  | 'press-unknown'
  | 'answer-too-long'
  | 'button-data'
  | 'button-text'
  | 'button-kind'
  | 'button-url'
  | 'keyboard-too-big'
  | 'contact-outside-private'
  | 'file-missing'
  | 'file-wrong'
  | 'file-kind'
  | 'file-too-big'
  | 'file-empty'
  | 'voice-forbidden'
  | 'album-size'
  | 'album-mixed'
  | 'webhook-active'
  | 'other-poller'
  | 'webhook-set-meanwhile';

export interface Profile {
  readonly name: MessengerName;
  /** Method names in lower case -> the name as documented and the parameters it takes. */
  readonly methods: ReadonlyMap<string, { name: string; parameters: ReadonlySet<string> }>;
  /** Known to the messenger's source but not built: answered with 501. */
  readonly notBuilt: ReadonlySet<string>;
  readonly refusals: Readonly<Record<Refusal, readonly [code: number, description: string]>>;
  readonly firstUpdateId: number;
  readonly firstPersonId: number;
  /** UTF-16 units. */
  readonly limits: { text: number; caption: number; albumCaption: number };
  /** Fields that a reply keyboard may have in strict mode. */
  readonly keyboardFields: ReadonlySet<string>;
  /** Seconds after which a press can't be answered any more; null where nobody has seen a limit. */
  readonly pressLifetime: number | null;
  /** Updates that are kept for the bot; the oldest are dropped. */
  readonly keptUpdates: number;
}

/** The messenger's refusal as an error to throw. */
export function refusal(profile: Profile, reason: Refusal): ApiError {
  const [code, description] = profile.refusals[reason];
  return new ApiError(code, description);
}

/** Reads a table of lines like `sendMessage: chat_id text`; a word in capitals stands for the list under that name. */
export function methodTable(
  lines: string,
  groups: Record<string, string>,
): Map<string, { name: string; parameters: ReadonlySet<string> }> {
  const table = new Map<string, { name: string; parameters: ReadonlySet<string> }>();
  for (const line of lines.trim().split('\n')) {
    const [name = '', parameters = ''] = line.trim().split(/:\s*/);
    const names = parameters.split(/\s+/).flatMap((word) => (groups[word] ?? word).split(' '));
    table.set(name.toLowerCase(), { name, parameters: new Set(names.filter(Boolean)) });
  }
  return table;
}
