import type { TextKey, Translator } from '../language/translator.ts';
import type { Keyboard } from '../messengers/messenger.ts';
import type { BotContext, Command, Person } from './context.ts';

/** A place that the main menu, and a command of the same name, lead to. */
export interface MenuItem {
  /** Also the command: /news. At most 16 of [a-z_]. */
  name: string;
  label: TextKey;
  /** Who may open it; the others neither see it nor reach it. Default: everybody. */
  allowed?: (person: Person) => boolean;
  /** Reached by its command only. */
  hidden?: boolean;
  /** `payload`: what came with the command, as in `/start n_12`. */
  open: (ctx: BotContext, payload: string) => Promise<void>;
}

/** Reads `/start n_12`, also as `/start@the_bot n_12`. */
export function readCommand(text: string): Command | null {
  const [, name, payload = ''] = /^\/([a-zA-Z_]{1,32})(?:@\w+)?(?:\s+([\w-]{1,64}))?\s*$/.exec(text) ?? [];
  return name ? { name: name.toLowerCase(), payload } : null;
}

export interface MainMenu {
  /** Two to a row, in the order of the items. */
  keyboard(t: Translator, person: Person): Keyboard;
  /** The item whose label, in any language, was typed or pressed. */
  itemOf(label: string): string | null;
  /** Opens the item of this name if the person may; false where there is none. */
  open(ctx: BotContext, command: Command): Promise<boolean>;
}

export function createMainMenu(items: readonly MenuItem[], labelsOf: (key: TextKey) => readonly string[]): MainMenu {
  const byLabel = new Map(items.flatMap((item) => labelsOf(item.label).map((label) => [label, item.name] as const)));
  return {
    keyboard(t, person) {
      const labels = items
        .filter((item) => !item.hidden && (item.allowed?.(person) ?? true))
        .map((item) => ({ label: t.text(item.label) }));
      const rows = labels.flatMap((_, index) => (index % 2 === 0 ? [labels.slice(index, index + 2)] : []));
      return { kind: 'reply', rows };
    },
    itemOf: (label) => byLabel.get(label.trim()) ?? null,
    async open(ctx, { name, payload }) {
      const item = items.find((one) => one.name === name);
      if (!item || !(item.allowed?.(ctx.person) ?? true)) return false;
      ctx.took(`menu:${item.name}`);
      await item.open(ctx, payload);
      return true;
    },
  };
}
