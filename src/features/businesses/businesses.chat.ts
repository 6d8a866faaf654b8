import { MOST_BUSINESSES } from '../../bounds.ts';
import { Composer } from 'grammy';
import type { BotContext } from '../../bot/context.ts';
import type { Dialogues } from '../../bot/dialogue/engine.ts';
import type { MenuItem } from '../../bot/main-menu.ts';
import type { InlineButton, OutgoingMessage } from '../../messengers/messenger.ts';
import type { Members } from '../members/members.service.ts';
import { answersOf } from './business-answers.ts';
import { invitable, mayDo } from './business-rights.ts';
import type { BusinessPeople } from './business-people.service.ts';
import { businessCard, businessList, cardActButton, cardButton, duplicateButton } from './businesses.views.ts';
import { listButton, ownCard, registerButton } from './businesses.views.ts';
import { roleIn, type Business, type Businesses } from './businesses.service.ts';
import { correctionAnswers } from './edit.dialogue.ts';
import { askInvitedRole, askSure, peopleList } from './people.views.ts';
import { namesOf } from './people.chat.ts';

export interface BusinessesChatDeps {
  members: Members;
  businesses: Businesses;
  people: BusinessPeople;
  begin: Dialogues['begin'];
  /** What other features offer on the card of one's own business. */
  more: (ctx: BotContext, business: Business) => readonly InlineButton[];
}

/** «ثبت کسب‌وکار» and «کسب‌وکارهای من». */
export function businessesMenu(deps: BusinessesChatDeps): { register: MenuItem; mine: MenuItem } {
  return {
    register: {
      name: 'register',
      label: 'businesses.menu.register',
      open: (ctx) => register(deps, ctx),
    },
    mine: {
      name: 'businesses',
      label: 'businesses.menu.businesses',
      open: async (ctx) => {
        await ctx.show(businessList(ctx.t, await deps.businesses.ofMember(ctx.person.id)));
      },
    },
  };
}

/** Who is known already finds the own answers filled in. */
async function register({ members, businesses, begin }: BusinessesChatDeps, ctx: BotContext): Promise<void> {
  const count = (await businesses.ofMember(ctx.person.id)).length;
  if (count >= MOST_BUSINESSES) {
    await ctx.show({ text: ctx.t.rich('businesses.registration.tooMany', { count }) });
    return;
  }
  const member = await members.find(ctx.person.id);
  const known = {
    ...(member?.name ? { name: member.name } : {}),
    ...(member?.phone ? { phone: member.phone } : {}),
    ...(member?.provinceCode ? { province: member.provinceCode } : {}),
    ...(member?.cityCode ? { city: member.cityCode } : {}),
  };
  await begin(ctx, 'registration', { answers: known });
}

export async function businessCards(businesses: Businesses, ctx: BotContext): Promise<OutgoingMessage['text'][]> {
  const own = await businesses.ofMember(ctx.person.id);
  return own.map((business) => businessCard(ctx.t, business));
}

export function businessesChat(deps: BusinessesChatDeps): Composer<BotContext> {
  const { businesses, people, begin } = deps;
  const chat = new Composer<BotContext>();

  chat.on('callback_query:data', async (ctx, next) => {
    const { data } = ctx.callbackQuery;
    if (registerButton.read(data)) return register(deps, ctx);
    if (listButton.read(data)) return ctx.replace(businessList(ctx.t, await businesses.ofMember(ctx.person.id)));
    const duplicate = duplicateButton.read(data);
    if (duplicate) return settleDuplicate(ctx, duplicate);
    const card = cardButton.read(data);
    const act = cardActButton.read(data);
    const id = card?.id ?? act?.id;
    if (id === undefined) return next();
    const business = await businesses.current(id);
    if (!business || !mayDo(roleIn(business, ctx.person.id), 'see'))
      return ctx.toast(ctx.t.text('businesses.mine.gone'));
    return act ? takeAct(ctx, business, act.act) : ctx.replace(cardOf(ctx, business));
  });

  const cardOf = (ctx: BotContext, business: Business): OutgoingMessage =>
    ownCard(ctx.t, business, { memberId: ctx.person.id, more: deps.more(ctx, business) });

  async function takeAct(ctx: BotContext, business: Business, act: string): Promise<void> {
    const role = roleIn(business, ctx.person.id);
    const roles = invitable(role);
    if (act === 'edit' && mayDo(role, 'edit'))
      return begin(ctx, 'business-edit', { subject: business.id, answers: answersOf(business) });
    if (act === 'correct' && mayDo(role, 'edit') && business.status === 'correction')
      return begin(ctx, 'business-correct', { subject: business.id, answers: correctionAnswers(business) });
    if (act === 'people' && mayDo(role, 'see-people')) {
      const names = await namesOf(deps.members, business);
      return ctx.replace(peopleList(ctx.t, business, { reader: ctx.person.id, nameOf: (id) => names.get(id) ?? null }));
    }
    if (act === 'invite' && roles.length > 0) return ctx.replace(askInvitedRole(ctx.t, business, roles));
    if (act === 'leave') return ctx.replace(askSure(ctx.t, business, { act: 'leave' }));
    if (act === 'leave-sure') return leave(ctx, business);
    await ctx.toast(ctx.t.text('businesses.people.forbidden'));
    return ctx.replace(cardOf(ctx, business));
  }

  async function leave(ctx: BotContext, business: Business): Promise<void> {
    const outcome = await people.leave(ctx.person.id, business.id);
    if (outcome.kind === 'only-owner') {
      await ctx.replace(cardOf(ctx, business));
      await ctx.show({ text: ctx.t.rich('businesses.people.onlyOwner') });
      return;
    }
    await ctx.replace({ text: ctx.t.rich('businesses.people.left', { name: business.name }) });
  }

  /** «همین کسب‌وکار است» or «کسب‌وکار دیگری است». */
  async function settleDuplicate(
    ctx: BotContext,
    pressed: { own: string; like: string; choice: string },
  ): Promise<void> {
    if (pressed.choice !== 'same') return ctx.replace({ text: ctx.t.rich('businesses.duplicate.kept') });
    const outcome = await people.askToJoin(ctx.person.id, pressed.like, pressed.own);
    switch (outcome.kind) {
      case 'done':
        return ctx.replace({
          text: ctx.t.rich(outcome.merges ? 'businesses.duplicate.asked' : 'businesses.duplicate.askedApart', {
            name: outcome.business.name,
          }),
        });
      case 'merged':
        return ctx.replace({ text: ctx.t.rich('businesses.duplicate.own', { name: outcome.business.name }) });
      case 'already':
        return ctx.replace({ text: ctx.t.rich('businesses.duplicate.already', { name: outcome.business.name }) });
      case 'gone':
      case 'forbidden':
        return ctx.replace({ text: ctx.t.rich('businesses.mine.gone') });
    }
  }

  return chat;
}
