import { Composer } from 'grammy';
import type { BotContext } from '../../bot/context.ts';
import type { MenuItem } from '../../bot/main-menu.ts';
import { NEWS_TOPICS } from '../../language/taxonomies.ts';
import type { Translator } from '../../language/translator.ts';
import type { InlineButton, OutgoingMessage } from '../../messengers/messenger.ts';
import { PACES, type Preference, type Preferences } from './preferences.service.ts';
import {
  digestMessages,
  hoursScreen,
  muteButton,
  mutedMessage,
  paceScreen,
  preferenceButton,
  preferencesHome,
  quietScreen,
  topicsScreen,
  type DigestEntry,
  type OpenNewsButton,
} from './preferences.views.ts';

export interface PreferencesChatDeps {
  preferences: Preferences;
  /** The way to the accounts and which of them is written to first. */
  accounts: (t: Translator) => InlineButton;
  /** Whether somebody who has not registered agreed to be sent news. */
  guestNews: { of(memberId: string): Promise<boolean>; set(memberId: string, wanted: boolean): Promise<void> };
}

/** «تنظیم خبرها»: by its command and from «اطلاعات من». */
export function preferencesMenu(deps: PreferencesChatDeps): MenuItem {
  return {
    name: 'settings',
    label: 'preferences.menu.settings',
    hidden: true,
    open: async (ctx) => {
      await ctx.show(await home(deps, ctx));
    },
  };
}

async function home(
  { preferences, accounts, guestNews }: PreferencesChatDeps,
  ctx: BotContext,
): Promise<OutgoingMessage> {
  return preferencesHome(ctx.t, await preferences.of(ctx.person.id), {
    accounts: accounts(ctx.t),
    guest: ctx.person.registered ? null : await guestNews.of(ctx.person.id),
  });
}

const hourIn = (text: string): number | null => (/^(?:1?\d|2[0-3])$/.test(text) ? Number(text) : null);

export function preferencesChat(deps: PreferencesChatDeps): Composer<BotContext> {
  const { preferences, guestNews } = deps;
  const chat = new Composer<BotContext>();

  chat.on('callback_query:data', async (ctx, next) => {
    const { data } = ctx.callbackQuery;
    const mute = muteButton.read(data);
    if (mute) return onMute(ctx, mute.topic, mute.act === 'mute');
    const pressed = preferenceButton.read(data);
    if (!pressed) return next();
    const screen = await screenAfter(ctx, pressed.what, pressed.value);
    return screen ? ctx.replace(screen) : ctx.toast(ctx.t.text('bot.error.staleButton'));
  });

  async function onMute(ctx: BotContext, topic: string, isMuted: boolean): Promise<void> {
    const known = NEWS_TOPICS.find((one) => one === topic);
    if (!known) return ctx.toast(ctx.t.text('bot.error.staleButton'));
    await preferences.mute(ctx.person.id, known, isMuted);
    const message = mutedMessage(ctx.t, known, isMuted);
    // The item stays where it is, to be read; only the answer to the first press gives way to its undoing.
    await (isMuted ? ctx.show(message) : ctx.replace(message));
  }

  async function screenAfter(ctx: BotContext, what: string, value: string): Promise<OutgoingMessage | null> {
    const { id } = ctx.person;
    const hour = hourIn(value);
    const change = (changes: Parameters<Preferences['change']>[1]): Promise<Preference> =>
      preferences.change(id, changes);
    switch (what) {
      case 'home':
        return home(deps, ctx);
      case 'topics':
        return topicsScreen(ctx.t, await preferences.of(id));
      case 'topic': {
        const topic = NEWS_TOPICS.find((one) => one === value);
        if (!topic) return null;
        await preferences.mute(id, topic, !(await preferences.of(id)).muted.includes(topic));
        return topicsScreen(ctx.t, await preferences.of(id));
      }
      case 'pace': {
        const pace = PACES.find((one) => one === value);
        return paceScreen(ctx.t, pace ? await change({ pace }) : await preferences.of(id));
      }
      case 'day':
        return hour === null || hour > 6 ? null : paceScreen(ctx.t, await change({ weekday: hour }));
      case 'hours':
        return hoursScreen(ctx.t, 'hour');
      case 'hour':
        return hour === null ? null : paceScreen(ctx.t, await change({ hour }));
      case 'quiet':
        return quietScreen(ctx.t, await preferences.of(id));
      case 'no-quiet':
        return quietScreen(ctx.t, await change({ quiet: null }));
      case 'from':
        return hour === null ? hoursScreen(ctx.t, 'from') : hoursScreen(ctx.t, 'to', hour);
      case 'to': {
        const [from, to] = value.split('.').map((part) => hourIn(part));
        if (from === undefined || from === null || to === undefined || to === null || from === to) return null;
        return quietScreen(ctx.t, await change({ quiet: { from, to } }));
      }
      case 'guest':
        if (!ctx.person.registered) await guestNews.set(id, value === 'on');
        return home(deps, ctx);
      default:
        return null;
    }
  }

  return chat;
}

/** What an outbox notice of kind `digest` says; items that were taken back meanwhile are left out. */
export async function renderDigest(
  {
    entryOf,
    openNews,
  }: { entryOf: (newsId: string, t: Translator) => Promise<DigestEntry | null>; openNews: OpenNewsButton },
  { newsIds }: { newsIds: readonly string[] },
  t: Translator,
): Promise<OutgoingMessage[]> {
  const entries = await Promise.all(newsIds.map((id) => entryOf(id, t)));
  return digestMessages(
    t,
    entries.filter((entry) => entry !== null),
    openNews,
  );
}
