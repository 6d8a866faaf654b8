import type { App } from '../../src/app.ts';
import type { TextKey, Translator } from '../../src/language/translator.ts';
import type { MessengerName } from '../../src/messengers/messenger.ts';
import type { BotServer, ChatMessage, Person, PersonOptions, Simulator } from '../../src/simulator/simulator.ts';
import type { Transcript } from './transcript.ts';

/** Everything that a step of the play needs. */
export interface Stage {
  app: App;
  simulator: Simulator;
  transcript: Transcript;
  t: Translator;
  /** A line that belongs to no chat. */
  say: (line: string) => void;
}

/** Somebody with a messenger in hand. Each action ends when the bot has nothing left to do, and is written down. */
export interface Actor {
  readonly person: Person;
  readonly messenger: MessengerName;
  does(act: (person: Person) => void, options?: { bulk?: boolean }): Promise<void>;
  /** Presses a button by its label or a part of it. `bulk: false` does not wait for what leaves through the outbox. */
  presses(label: string, options?: { bulk?: boolean }): Promise<void>;
  /** Presses the button if it is shown, else types its label. */
  chooses(label: string): Promise<void>;
  /** What the bot said last. @throws where it has said nothing */
  hears(): ChatMessage;
  /** Reads what has come meanwhile. */
  looks(): Promise<void>;
}

/** A question of a form and what the person does about it. */
export interface Reply {
  question: TextKey;
  values?: Record<string, number>;
  reply: (actor: Actor) => Promise<void>;
}

const MOST_QUESTIONS = 60;

export function createActor(stage: Stage, messenger: MessengerName, options: PersonOptions): Actor {
  const { app, simulator, transcript } = stage;
  const person = simulator[messenger].person(options);

  const settled = async ({ bulk = true } = {}): Promise<void> => {
    await everyUpdateWorked(app, [simulator.telegram, simulator.bale]);
    if (bulk) await app.delivery.idle();
    transcript.show(person, messenger);
  };
  const labels = (): string[] => [
    ...person.chat.flatMap(({ inlineKeyboard }) => inlineKeyboard.flat().map(({ label }) => label)),
    ...(person.replyKeyboard?.keyboard.flat().map(({ text }) => text) ?? []),
  ];

  const actor: Actor = {
    person,
    messenger,
    async does(act, wait) {
      transcript.show(person, messenger);
      act(person);
      await settled(wait);
    },
    async presses(label, wait) {
      transcript.show(person, messenger);
      if (!person.replyKeyboard?.keyboard.flat().some(({ text }) => text === label))
        transcript.pressed(person, messenger, label);
      person.press(label);
      await settled(wait);
    },
    async chooses(label) {
      if (labels().includes(label)) await actor.presses(label);
      else await actor.does(() => person.say(label));
    },
    hears() {
      const said = person.chat.findLast(({ from }) => from === 'bot');
      if (!said) throw new Error(`The bot has said nothing to ${person.name} yet`);
      return said;
    },
    looks: () => settled(),
  };
  return actor;
}

/** Nothing that was sent to the bots is unread or in hand any more. */
export async function everyUpdateWorked(app: App, servers: readonly BotServer[]): Promise<void> {
  for (const server of servers) {
    await server.waitUntil(() => server.pendingUpdates.length === 0, {
      timeoutMs: 30_000,
      what: 'every update to be fetched',
    });
  }
  await app.inbox.idle();
}

/**
 * Answers the questions of a form, in whatever order they come, and sends it at the review. A question that is not in
 * `replies` is skipped where it may be.
 * @throws with the chat where a question has no reply and may not be skipped
 */
export async function fillForm(actor: Actor, t: Translator, form: { replies: Reply[]; send: TextKey }): Promise<void> {
  for (let asked = 0; asked < MOST_QUESTIONS; asked += 1) {
    const { text, inlineKeyboard } = actor.hears();
    if (text.includes(t.text('bot.dialogue.reviewHint'))) return actor.presses(t.text(form.send));
    const known = form.replies.find(({ question, values }) => text.includes(t.text(question, values)));
    const mayBeSkipped = inlineKeyboard.flat().some(({ label }) => label === t.text('bot.dialogue.button.skip'));
    if (known) await known.reply(actor);
    else if (mayBeSkipped) await actor.presses(t.text('bot.dialogue.button.skip'));
    else throw new Error(`${actor.person.name} has no answer to this:\n${actor.person.transcript()}`);
  }
  throw new Error(`A form did not end after ${MOST_QUESTIONS} questions:\n${actor.person.transcript()}`);
}
