import type { ChatBudgets } from './chat-turns.ts';
import type { RichText } from '../language/rich-text.ts';
import type { Capabilities, Limits, MessengerName } from './messenger.ts';
import type { Dialect } from './transport.ts';

/** Everything in which one messenger differs from the other. */
export interface MessengerProfile {
  name: MessengerName;
  capabilities: Capabilities;
  limits: Limits;
  /** What is sent to one chat; edits count as well. */
  chatBudgets: ChatBudgets;
  defaultApiRoot: string;
  /** A bot's user name after this makes its address. */
  linkBase: string;
  /** Before the query of a link that shares another; null where there is none. */
  shareBase: string | null;
  dialect: Dialect;
  /** UTF-16 units of a text once it is rendered, which is what the messenger's limits count. */
  measure(rich: RichText): number;
  /** A text as people read it there. */
  shown(rich: RichText): RichText;
  /** Whether the client that pressed a button can show the answer to the press. */
  showsAnswers(pressId: string): boolean;
  /** A shared contact's `user_id` is cut to so many bits. */
  contactIdBits: 32 | 64;
}
