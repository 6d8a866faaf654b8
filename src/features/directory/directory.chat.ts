import { Composer } from 'grammy';
import type { BotContext } from '../../bot/context.ts';
import type { Dialogues } from '../../bot/dialogue/engine.ts';
import type { MenuItem } from '../../bot/main-menu.ts';
import type { Translator } from '../../language/translator.ts';
import type { OutgoingMessage } from '../../messengers/messenger.ts';
import type { Directory, DirectoryQuery } from '../businesses/directory.service.ts';
import type { Members } from '../members/members.service.ts';
import type { Contact } from './contact.service.ts';
import { blockButton, blockedMessage, contactNotice, replyButton } from './contact.views.ts';
import {
  businessButton,
  businessPage,
  choicesOf,
  clearButton,
  contactButton,
  filterPage,
  FILTERS,
  PAGE_SIZE,
  pickButton,
  resultsButton,
  resultsPage,
  setButton,
  wordsButton,
  type Filter,
} from './directory.views.ts';
import { NOTHING_SOUGHT, type Searches } from './searches.service.ts';

export interface DirectoryChatDeps {
  directory: Directory;
  searches: Searches;
  contact: Contact;
  members: Pick<Members, 'find'>;
  begin: Dialogues['begin'];
}

/** «بانک کسب‌وکارها»: open to guests too. */
export function directoryMenu(deps: DirectoryChatDeps): MenuItem {
  return {
    name: 'directory',
    label: 'directory.menu.directory',
    open: async (ctx) => {
      await ctx.show(await showResults(deps, ctx, 0));
    },
  };
}

export async function showResults(
  { directory, searches }: Pick<DirectoryChatDeps, 'directory' | 'searches'>,
  ctx: BotContext,
  page: number,
): Promise<OutgoingMessage> {
  const query = await searches.of(ctx.person.id);
  return resultsPage(ctx.t, { query, page, found: await directory.search(query, { page, size: PAGE_SIZE }) });
}

const pageOf = (text: string): number => (/^\d{1,2}$/.test(text) ? Number(text) : 0);

export function directoryChat(deps: DirectoryChatDeps): Composer<BotContext> {
  const { directory, searches, contact, members, begin } = deps;
  const chat = new Composer<BotContext>();

  chat.on('callback_query:data', async (ctx, next) => {
    const { data } = ctx.callbackQuery;
    const results = resultsButton.read(data);
    if (results) return ctx.replace(await showResults(deps, ctx, pageOf(results.page)));
    if (wordsButton.read(data)) return begin(ctx, 'directory-words');
    if (clearButton.read(data)) {
      await searches.change(ctx.person.id, NOTHING_SOUGHT);
      return ctx.replace(await showResults(deps, ctx, 0));
    }
    const pick = pickButton.read(data) ?? setButton.read(data);
    const filter = FILTERS.find((one) => one === pick?.filter);
    if (pick && filter) return 'page' in pick ? showFilter(ctx, filter, pick.page) : setFilter(ctx, filter, pick.value);
    const card = businessButton.read(data);
    if (card) return showBusiness(ctx, card.id, pageOf(card.page));
    const write = contactButton.read(data);
    if (write) return writeTo(ctx, write.id);
    const reply = replyButton.read(data);
    if (reply)
      return (await contact.speaksIn(ctx.person.id, reply.thread))
        ? begin(ctx, 'contact-reply', { subject: reply.thread })
        : ctx.toast(ctx.t.text('directory.contact.gone'));
    const block = blockButton.read(data);
    if (!block) return next();
    const done = await contact.block(ctx.person.id, block.thread, block.act === 'on');
    return done
      ? void (await ctx.show(blockedMessage(ctx.t, block.thread, block.act === 'on')))
      : ctx.toast(ctx.t.text('directory.contact.gone'));
  });

  async function showFilter(ctx: BotContext, filter: Filter, page: string): Promise<void> {
    const query = await searches.of(ctx.person.id);
    await ctx.replace(filterPage(ctx.t, { filter, query, page: pageOf(page) }));
  }

  async function setFilter(ctx: BotContext, filter: Filter, value: string): Promise<void> {
    const query = await searches.of(ctx.person.id);
    const code = choicesOf(filter, query, ctx.t).find((choice) => choice.code === value)?.code ?? null;
    await searches.change(ctx.person.id, changeOf(filter, code));
    // Who names a province mostly means a city of it.
    if (filter === 'province' && code !== null) return showFilter(ctx, 'city', '0');
    return ctx.replace(await showResults(deps, ctx, 0));
  }

  async function showBusiness(ctx: BotContext, id: string, page: number): Promise<void> {
    const card = await directory.card(id);
    if (!card) return ctx.toast(ctx.t.text('directory.contact.gone'));
    await ctx.replace(businessPage(ctx.t, card, { page, contactable: await isContactable(ctx, id) }));
  }

  /** Somebody else's, and one of its people has a messenger: an imported business may have none yet. */
  async function isContactable(ctx: BotContext, id: string): Promise<boolean> {
    const memberIds = (await directory.speakersOf(id))?.memberIds ?? [];
    if (memberIds.includes(ctx.person.id)) return false;
    const people = await Promise.all(memberIds.map((memberId) => members.find(memberId)));
    return people.some((person) => person?.accounts.some(({ reachable }) => reachable) ?? false);
  }

  async function writeTo(ctx: BotContext, id: string): Promise<void> {
    // Who is written to must know who writes.
    if (!ctx.person.registered) return ctx.toast(ctx.t.text('directory.contact.register'));
    if (!(await isContactable(ctx, id))) return ctx.toast(ctx.t.text('directory.contact.gone'));
    await begin(ctx, 'contact', { subject: id });
  }

  return chat;
}

function changeOf(filter: Filter, code: string | null): Partial<DirectoryQuery> {
  switch (filter) {
    case 'province':
      return { provinceCode: code, cityCode: null };
    case 'city':
      return { cityCode: code };
    case 'field':
    case 'kind':
      return { [filter]: code };
  }
}

/** What an outbox notice of kind `contact` says: the renderer's part. */
export async function renderContact(
  { contact, members }: Pick<DirectoryChatDeps, 'contact' | 'members'>,
  payload: { messageId: string },
  t: Translator,
): Promise<OutgoingMessage[]> {
  const message = await contact.message(payload.messageId);
  if (!message) return [];
  const author = await members.find(message.authorId);
  return [contactNotice(t, message, author?.name ?? t.text('directory.contact.someone'))];
}
