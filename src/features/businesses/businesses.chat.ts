import type { BotContext } from '../../bot/context.ts';
import type { Dialogues } from '../../bot/dialogue/engine.ts';
import type { MenuItem } from '../../bot/main-menu.ts';
import type { OutgoingMessage } from '../../messengers/messenger.ts';
import { placeName } from '../../language/places.ts';
import type { Translator } from '../../language/translator.ts';
import type { Members } from '../members/members.service.ts';
import type { Business, Businesses } from './businesses.service.ts';
import { businessCard } from './businesses.views.ts';

/** «ثبت کسب‌وکار»: who is known already finds the own answers filled in. */
export function businessesMenu(deps: { members: Members; begin: Dialogues['begin'] }): MenuItem {
  return {
    name: 'register',
    label: 'businesses.menu.register',
    async open(ctx) {
      const member = await deps.members.find(ctx.person.id);
      const known = {
        ...(member?.name ? { name: member.name } : {}),
        ...(member?.phone ? { phone: member.phone } : {}),
        ...(member?.provinceCode ? { province: member.provinceCode } : {}),
        ...(member?.cityCode ? { city: member.cityCode } : {}),
      };
      await deps.begin(ctx, 'registration', { answers: known });
    },
  };
}

export async function businessCards(businesses: Businesses, ctx: BotContext): Promise<OutgoingMessage['text'][]> {
  const own = await businesses.ofOwner(ctx.person.id);
  return own.map((business) => businessCard(ctx.t, business, labelsOf(business, ctx.t)));
}

function labelsOf(business: Business, t: Translator): { kind: string; city: string; fields: string[] } {
  return {
    kind: t.text(`taxonomy.kinds.${business.kind}` as 'taxonomy.kinds.company'),
    city: placeName(business.cityCode, t.language),
    fields: business.fields.map((code) => t.text(`taxonomy.fields.${code}` as 'taxonomy.fields.other')),
  };
}
