import type { WorldEvent } from './records.ts';
import { World } from './world.ts';
import type { WorldOptions } from './world.ts';

/** A new world, or the one that the journal remembers; the journal is made short on the way. */
export function openWorld(options: WorldOptions): World {
  const world = new World(options);
  if (options.journal) {
    options.journal.replay((event) => world.restore(event));
    options.journal.compact(snapshotOf(world));
  }
  return world;
}

/** The events that rebuild the world as it is. Ids come last: a deleted message's id must not be given out again. */
function* snapshotOf(world: World): Generator<WorldEvent> {
  for (const user of world.users.values()) yield { t: 'user', user };
  for (const file of world.files.values()) yield { t: 'file', file };
  for (const chat of world.chats.values()) {
    if (chat.group) yield { t: 'group', group: chat.group };
    for (const message of chat.messages.values()) yield { t: 'message', message };
    yield { t: 'keyboard', chat: chat.id, keyboard: chat.keyboard, message: chat.keyboardFrom };
    if (chat.pinned !== null) yield { t: 'pin', chat: chat.id, message: chat.pinned };
  }
  for (const press of world.presses.values()) yield { t: 'press', press };
  for (const [key, value] of world.settings) yield { t: 'setting', key, value };
  yield { t: 'webhook', webhook: world.webhook };
  for (const { sequence, id, body, again } of world.pending) {
    yield { t: 'ids', sequence };
    yield { t: 'update', id, body, again };
  }
  yield {
    t: 'ids',
    update: world.nextUpdateId,
    sequence: world.nextSequence,
    file: world.nextFileNumber,
    press: world.nextPressNumber,
    person: world.nextPersonId,
    messages: [...world.nextMessageId],
  };
}
