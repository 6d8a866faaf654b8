import { Composer } from 'grammy';
import { buttonKind } from '../../bot/callback-data.ts';
import type { BotContext } from '../../bot/context.ts';
import type { Dialogue } from '../../bot/dialogue/dialogue.ts';
import type { InlineButton } from '../../messengers/messenger.ts';
import type { Claims } from './claims.service.ts';
import { claimAnswered, claimButton, claimOffer, refusedClaims } from './claims.views.ts';
import type { Exports } from './export.service.ts';
import { makingOfSheets, mayExport, sheetButton, sheetChoice } from './sheets.chat.ts';

export const exportButton = buttonKind('ve', 1, []);
export const refusedButton = buttonKind('vr', 1, []);

export interface DatabankChatDeps {
  claims: Claims;
  exports: Exports;
  /** The desk's first screen. */
  home: string;
  showWaiting: (ctx: BotContext) => Promise<void>;
  /** Asks for the own contact anew. */
  prove: (ctx: BotContext) => Promise<void>;
  now: () => Date;
}

const SHOWN = 10;

/** What the desk offers of the data bank, by the roles the person has now. */
export async function databankButtons(
  { claims, exports }: Pick<DatabankChatDeps, 'claims' | 'exports'>,
  ctx: BotContext,
): Promise<InlineButton[]> {
  const refused = await claims.refused(ctx.person, { limit: 0 });
  return [
    ...(!mayExport(exports, ctx.person)
      ? []
      : [{ label: ctx.t.text('databank.button.export'), data: exportButton.data() }]),
    ...(refused && refused.total > 0
      ? [{ label: ctx.t.text('databank.button.refused', { count: refused.total }), data: refusedButton.data() }]
      : []),
  ];
}

/** For the registration: a phone that a list has stops the form with «is this you?». */
export function claimAfterContact(claims: Claims, now: () => Date): NonNullable<Dialogue['accepted']> {
  return async (ctx, key, value) => {
    if (key !== 'phone' || typeof value !== 'string') return null;
    const claim = await claims.offer({ memberId: ctx.person.id, phone: value, provedAt: now() });
    return claim && claimOffer(ctx.t, claim);
  };
}

/** At a start: a list that came later than the member is offered as well. */
export function claimAtStart(claims: Claims) {
  return async (ctx: BotContext): Promise<void> => {
    const { id, registered, provenPhone } = ctx.person;
    if (!registered || provenPhone === null) return;
    const claim = await claims.offer({ memberId: id, phone: provenPhone });
    if (claim) await ctx.show(claimOffer(ctx.t, claim));
  };
}

/** After the contact was sent anew: what a list has under the number is offered again. */
export function claimAfterProof(claims: Claims, now: () => Date) {
  return async (ctx: BotContext): Promise<void> => {
    const { id, provenPhone } = ctx.person;
    const claim = provenPhone && (await claims.offer({ memberId: id, phone: provenPhone, provedAt: now() }));
    if (claim) await ctx.show(claimOffer(ctx.t, claim));
  };
}

export function databankChat(deps: DatabankChatDeps): Composer<BotContext> {
  const { claims, exports } = deps;
  const chat = new Composer<BotContext>();
  const making = makingOfSheets(deps);

  chat.on('callback_query:data', async (ctx, next) => {
    const { data } = ctx.callbackQuery;
    const claim = claimButton.read(data);
    if (claim) {
      const outcome = await claims.answer(ctx.person.id, claim.claim, claim.answer === 'yes');
      if (outcome.kind === 'prove') return deps.prove(ctx);
      await ctx.replace(claimAnswered(ctx.t, outcome));
      return deps.showWaiting(ctx);
    }
    const sheet = sheetButton.read(data);
    if (sheet) return making(ctx, sheet.sheet);
    if (exportButton.read(data)) {
      if (!mayExport(exports, ctx.person)) return ctx.toast(ctx.t.text('bot.error.notAllowed'));
      return ctx.replace(sheetChoice(ctx.t, exports, ctx.person, deps.home));
    }
    if (!refusedButton.read(data)) return next();
    const refused = await claims.refused(ctx.person, { limit: SHOWN });
    if (!refused) return ctx.toast(ctx.t.text('bot.error.notAllowed'));
    return ctx.replace(refusedClaims(ctx.t, refused, deps.home));
  });

  return chat;
}
