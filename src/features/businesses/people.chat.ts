import { Composer } from 'grammy';
import type { BotContext } from '../../bot/context.ts';
import type { Dialogues } from '../../bot/dialogue/engine.ts';
import type { OutgoingMessage } from '../../messengers/messenger.ts';
import type { Members } from '../members/members.service.ts';
import { hashOf, type BusinessNotice, type BusinessPeople, type PeopleOutcome } from './business-people.service.ts';
import { reviewNotice } from './businesses.views.ts';
import { mayDo } from './business-rights.ts';
import { BUSINESS_ROLES, roleIn, type Business, type Businesses } from './businesses.service.ts';
import {
  answerNotice,
  askSure,
  invitationButton,
  invitationCard,
  inviteButton,
  inviteLink,
  joined,
  offerButton,
  offerNotice,
  peopleList,
  personButton,
  personCard,
} from './people.views.ts';

export interface PeopleChatDeps {
  members: Members;
  businesses: Businesses;
  people: BusinessPeople;
  begin: Dialogues['begin'];
}

/** The names of a business's people, by member id. */
export async function namesOf(members: Members, business: Business): Promise<Map<string, string>> {
  const found = await Promise.all(business.people.map(({ memberId }) => members.find(memberId)));
  return new Map(found.flatMap((member) => (member?.name ? [[member.id, member.name] as const] : [])));
}

/** What an invitation's link opens. */
export async function openInvitation(deps: PeopleChatDeps, ctx: BotContext, token: string): Promise<void> {
  const outcome = await deps.people.readInvitation(ctx.person.id, hashOf(token));
  await ctx.show(
    outcome.kind === 'done'
      ? invitationCard(ctx.t, outcome.business, outcome.offer.role, token)
      : joined(ctx.t, outcome, true),
  );
}

export function peopleChat(deps: PeopleChatDeps): Composer<BotContext> {
  const { members, businesses, people } = deps;
  const chat = new Composer<BotContext>();

  chat.on('callback_query:data', async (ctx, next) => {
    const { data } = ctx.callbackQuery;
    const person = personButton.read(data);
    if (person) return aboutPerson(ctx, person);
    const invite = inviteButton.read(data);
    if (invite) return makeInvitation(ctx, invite);
    const invitation = invitationButton.read(data);
    if (invitation) return answerInvitation(ctx, invitation.token, invitation.answer === 'yes');
    const offer = offerButton.read(data);
    if (offer) return answerOffer(ctx, offer.offer, offer.answer === 'yes');
    return next();
  });

  const forbidden = (ctx: BotContext) => ctx.toast(ctx.t.text('businesses.people.forbidden'));

  async function aboutPerson(
    ctx: BotContext,
    pressed: { business: string; member: string; act: string },
  ): Promise<void> {
    const { member: memberId, act } = pressed;
    const business = await businesses.current(pressed.business);
    const name = (await members.find(memberId))?.name ?? null;
    const card = business && personCard(ctx.t, business, { reader: ctx.person.id, memberId, name });
    if (!business || !card) return forbidden(ctx);
    switch (act) {
      case 'see':
        return ctx.replace(card);
      case 'remove':
      case 'give':
        return ctx.replace(askSure(ctx.t, business, { act, memberId, name }));
      case 'remove!':
        return showPeople(ctx, await people.remove(ctx.person.id, business.id, memberId), 'businesses.people.removed');
      case 'manager':
      case 'employee': {
        const outcome = await people.changeRole(ctx.person.id, business.id, memberId, act);
        return showPeople(ctx, outcome, 'businesses.people.changed');
      }
      case 'give!': {
        const outcome = await people.offerOwnership(ctx.person.id, business.id, memberId);
        if (outcome.kind === 'too-many') return ctx.toast(ctx.t.text('businesses.people.transferLater'));
        if (outcome.kind !== 'done') return forbidden(ctx);
        return ctx.replace({
          text: ctx.t.rich('businesses.transfer.sent', { name: name ?? ctx.t.text('businesses.people.unnamed') }),
        });
      }
      default:
        return ctx.toast(ctx.t.text('bot.error.staleButton'));
    }
  }

  async function showPeople(
    ctx: BotContext,
    outcome: PeopleOutcome,
    done: 'businesses.people.removed' | 'businesses.people.changed',
  ): Promise<void> {
    if (outcome.kind !== 'done') return forbidden(ctx);
    await ctx.toast(ctx.t.text(done));
    const names = await namesOf(members, outcome.business);
    await ctx.replace(
      peopleList(ctx.t, outcome.business, { reader: ctx.person.id, nameOf: (id) => names.get(id) ?? null }),
    );
  }

  async function makeInvitation(ctx: BotContext, pressed: { business: string; role: string }): Promise<void> {
    const role = BUSINESS_ROLES.find((one) => one === pressed.role);
    const outcome = role && (await people.invite(ctx.person.id, pressed.business, role));
    if (!role || !outcome || outcome.kind === 'forbidden') return forbidden(ctx);
    if (outcome.kind === 'too-many') return ctx.toast(ctx.t.text('businesses.invite.tooMany'));
    await ctx.replace(inviteLink(ctx.t, outcome.business, role, ctx.client.deepLink(`i_${outcome.token}`)));
  }

  async function answerInvitation(ctx: BotContext, token: string, yes: boolean): Promise<void> {
    const hash = hashOf(token);
    if (yes && !ctx.person.registered) {
      const open = await people.readInvitation(ctx.person.id, hash);
      if (open.kind === 'done') return deps.begin(ctx, 'join-business', { subject: hash });
      return ctx.replace(joined(ctx.t, open, yes));
    }
    await ctx.replace(joined(ctx.t, await people.answerInvitation(ctx.person.id, hash, yes), yes));
  }

  async function answerOffer(ctx: BotContext, offerId: string, yes: boolean): Promise<void> {
    const outcome = await people.answerOffer(ctx.person.id, offerId, yes);
    const done = yes ? 'businesses.offer.accepted' : 'businesses.offer.declined';
    await ctx.replace({ text: ctx.t.rich(outcome.kind === 'done' ? done : 'businesses.offer.gone') });
  }

  return chat;
}

/** How a notice about a business is told: the renderer of the outbox's `business` notices. */
export async function renderNotice(
  { members, businesses, people }: Omit<PeopleChatDeps, 'begin'>,
  notice: BusinessNotice,
  { memberId, t }: { memberId: string; t: BotContext['t'] },
): Promise<OutgoingMessage[]> {
  if ('offerId' in notice) {
    const nameOf = async (id: string | null) => (id === null ? null : ((await members.find(id))?.name ?? null));
    if (notice.about === 'offer') {
      // It may have waited for hours: a name goes only to who may answer at this moment.
      const asked = await people.askedOf(memberId, notice.offerId);
      if (asked.kind !== 'asked') return [];
      return [offerNotice(t, asked.offer, { business: asked.business, from: await nameOf(asked.offer.fromId) })];
    }
    const offer = await people.findOffer(notice.offerId);
    const business = offer && (await businesses.current(offer.businessId));
    if (!offer || !business) return [];
    const other = offer.otherBusinessId === null ? null : await businesses.find(offer.otherBusinessId);
    const apart = offer.status === 'accepted' && other !== null && other.status !== 'merged';
    return [answerNotice(t, offer, { business, by: await nameOf(offer.answeredBy), apart })];
  }
  const business = await businesses.current(notice.businessId);
  if (!business) return [];
  if (notice.about === 'reviewed')
    return mayDo(roleIn(business, memberId), 'edit')
      ? [reviewNotice(t, business, (await members.find(memberId))?.membershipNumber ?? null)]
      : [];
  return [{ text: t.rich(`businesses.notice.${notice.about}`, { name: business.name }) }];
}
