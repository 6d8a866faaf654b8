import { ApiError } from '../api/api-error.ts';
import { wireUser } from '../wire/wire.ts';
import type { Call, Method } from './method.ts';

const MAX_COMMANDS = 100;

const getMe: Method = ({ host }) => {
  const me = wireUser(host, host.bot);
  if (host.profile.name === 'bale') return me;
  return {
    ...me,
    can_join_groups: true,
    can_read_all_group_messages: false,
    supports_inline_queries: false,
    can_connect_to_business: false,
    has_main_web_app: false,
    has_topics_enabled: false,
    allows_users_to_create_topics: false,
  };
};

const commandsKey = ({ params }: Call): string =>
  `commands:${JSON.stringify(params.structure('scope') ?? { type: 'default' })}:${params.text('language_code') ?? ''}`;

const setMyCommands: Method = (call) => {
  const commands = call.params.structure('commands');
  if (!Array.isArray(commands) || commands.length > MAX_COMMANDS) {
    throw new ApiError(400, "Bad Request: can't parse list of commands");
  }
  for (const item of commands as { command?: unknown; description?: unknown }[]) {
    if (typeof item.command !== 'string' || !/^\/?[a-z0-9_]{1,32}$/.test(item.command)) {
      throw new ApiError(400, 'Bad Request: BOT_COMMAND_INVALID');
    }
    const length = typeof item.description === 'string' ? item.description.length : 0;
    if (length < 1 || length > 256) throw new ApiError(400, 'Bad Request: BOT_COMMAND_DESCRIPTION_INVALID');
  }
  call.host.world.commit({ t: 'setting', key: commandsKey(call), value: commands });
  return true;
};

const getMyCommands: Method = (call) => call.host.world.settings.get(commandsKey(call)) ?? [];

const deleteMyCommands: Method = (call) => {
  call.host.world.commit({ t: 'setting', key: commandsKey(call), value: [] });
  return true;
};

/** One text of the bot's profile in one language; `limit` in UTF-16 units. */
function profileText(name: string, limit: number): { set: Method; get: Method } {
  const key = ({ params }: Call): string => `${name}:${params.text('language_code') ?? ''}`;
  return {
    set: (call) => {
      const value = call.params.text(name) ?? '';
      if (value.length > limit) throw new ApiError(400, `Bad Request: ${name} is too long`);
      call.host.world.commit({ t: 'setting', key: key(call), value });
      return true;
    },
    get: (call) => ({ [name]: call.host.world.settings.get(key(call)) ?? '' }),
  };
}

const setChatMenuButton: Method = (call) => {
  const value = call.params.structure('menu_button') ?? { type: 'default' };
  call.host.world.commit({ t: 'setting', key: `menu:${call.params.text('chat_id') ?? ''}`, value });
  return true;
};

const getChatMenuButton: Method = (call) =>
  call.host.world.settings.get(`menu:${call.params.text('chat_id') ?? ''}`) ?? { type: 'default' };

/** Bale's own: a request for a review, which the server may well not show. */
const askReview: Method = ({ params }) => {
  if (params.integer('user_id') === undefined || params.integer('delay_seconds') === undefined) {
    throw new ApiError(400, 'Bad Request: malformed request');
  }
  return true;
};

const name = profileText('name', 64);
const description = profileText('description', 512);
const shortDescription = profileText('short_description', 120);

export const botSettingMethods: Record<string, Method> = {
  getMe,
  setMyCommands,
  getMyCommands,
  deleteMyCommands,
  setMyName: name.set,
  getMyName: name.get,
  setMyDescription: description.set,
  getMyDescription: description.get,
  setMyShortDescription: shortDescription.set,
  getMyShortDescription: shortDescription.get,
  setChatMenuButton,
  getChatMenuButton,
  askReview,
};
