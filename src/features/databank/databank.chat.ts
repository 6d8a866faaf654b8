import { Buffer } from 'node:buffer';
import { Composer } from 'grammy';
import { buttonKind } from '../../bot/callback-data.ts';
import type { BotContext } from '../../bot/context.ts';
import type { Dialogue } from '../../bot/dialogue/dialogue.ts';
import { inTehran } from '../../language/jalali.ts';
import type { InlineButton } from '../../messengers/messenger.ts';
import type { Members } from '../members/members.service.ts';
import type { Claims } from './claims.service.ts';
import { claimAnswered, claimButton, claimOffer, refusedClaims } from './claims.views.ts';
import { exportSheet } from './export-sheet.ts';
import type { Exports } from './export.service.ts';

export const exportButton = buttonKind('ve', 1, []);
export const refusedButton = buttonKind('vr', 1, []);

export interface DatabankChatDeps {
  claims: Claims;
  exports: Exports;
  /** The desk's first screen. */
  home: string;
  showWaiting: (ctx: BotContext) => Promise<void>;
  now: () => Date;
}

const XLSX = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';
const SHOWN = 10;

/** What the desk offers of the data bank, by the roles the person has now. */
export async function databankButtons(
  { claims, exports }: Pick<DatabankChatDeps, 'claims' | 'exports'>,
  ctx: BotContext,
): Promise<InlineButton[]> {
  const refused = await claims.refused(ctx.person, { limit: 0 });
  return [
    ...(exports.viewOf(ctx.person.roles) === null
      ? []
      : [{ label: ctx.t.text('databank.button.export'), data: exportButton.data() }]),
    ...(refused && refused.total > 0
      ? [{ label: ctx.t.text('databank.button.refused', { count: refused.total }), data: refusedButton.data() }]
      : []),
  ];
}

/** For the registration: a phone that a list has stops the form with «is this you?». */
export function claimAfterContact(claims: Claims): NonNullable<Dialogue['accepted']> {
  return async (ctx, key, value) => {
    if (key !== 'phone' || typeof value !== 'string') return null;
    const claim = await claims.offer({ memberId: ctx.person.id, phone: value });
    return claim && claimOffer(ctx.t, claim);
  };
}

/** At a start: a list that came later than the member is offered as well. */
export function claimAtStart({ claims, members }: { claims: Claims; members: Pick<Members, 'find'> }) {
  return async (ctx: BotContext): Promise<void> => {
    if (!ctx.person.registered) return;
    const member = await members.find(ctx.person.id);
    if (!member?.phone || !member.phoneVerifiedAt) return;
    const claim = await claims.offer({ memberId: member.id, phone: member.phone });
    if (claim) await ctx.show(claimOffer(ctx.t, claim));
  };
}

export function databankChat(deps: DatabankChatDeps): Composer<BotContext> {
  const { claims, exports } = deps;
  const chat = new Composer<BotContext>();

  chat.on('callback_query:data', async (ctx, next) => {
    const { data } = ctx.callbackQuery;
    const claim = claimButton.read(data);
    if (claim) {
      const outcome = await claims.answer(ctx.person.id, claim.claim, claim.answer === 'yes');
      await ctx.replace(claimAnswered(ctx.t, outcome));
      return deps.showWaiting(ctx);
    }
    if (exportButton.read(data)) return sendExport(ctx);
    if (!refusedButton.read(data)) return next();
    const refused = await claims.refused(ctx.person, { limit: SHOWN });
    if (!refused) return ctx.toast(ctx.t.text('bot.error.notAllowed'));
    return ctx.replace(refusedClaims(ctx.t, refused, deps.home));
  });

  async function sendExport(ctx: BotContext): Promise<void> {
    const begun = await exports.begin(ctx.person, { source: ctx.inboxId });
    if (!begun) return ctx.toast(ctx.t.text('bot.error.notAllowed'));
    await ctx.toast(ctx.t.text('databank.export.making'));
    const chunks: Buffer[] = [];
    for await (const chunk of exportSheet(begun, ctx.t)) chunks.push(chunk);
    const { year, month, day } = inTehran(deps.now());
    const fileName = `khoosheh-${year}-${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}.xlsx`;
    await ctx.show({
      text: ctx.t.rich(`databank.export.${begun.view}`),
      media: { kind: 'document', file: { bytes: Buffer.concat(chunks), fileName, mimeType: XLSX } },
    });
  }

  return chat;
}
