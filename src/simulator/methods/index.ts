import { botSettingMethods } from './bot-settings.ts';
import { chatMethods } from './chats.ts';
import { editingMethods } from './editing.ts';
import { mediaMethods } from './media.ts';
import type { Method } from './method.ts';
import { pressMethods } from './presses.ts';
import { receivingMethods } from './receiving.ts';
import { sendingMethods } from './sending.ts';

/** What every method does, by its name in lower case; which of them a messenger has is its profile's matter. */
export const METHODS: ReadonlyMap<string, Method> = new Map(
  Object.entries({
    ...receivingMethods,
    ...sendingMethods,
    ...mediaMethods,
    ...editingMethods,
    ...pressMethods,
    ...chatMethods,
    ...botSettingMethods,
  }).map(([name, method]) => [name.toLowerCase(), method]),
);
