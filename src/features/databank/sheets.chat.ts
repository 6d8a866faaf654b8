import { Buffer } from 'node:buffer';
import { buttonKind } from '../../bot/callback-data.ts';
import type { BotContext, Person } from '../../bot/context.ts';
import type { MenuItem } from '../../bot/main-menu.ts';
import { inTehran } from '../../language/jalali.ts';
import type { Translator } from '../../language/translator.ts';
import type { OutgoingMessage } from '../../messengers/messenger.ts';
import { SHEETS, type Sheet } from './export-columns.ts';
import { exportSheet } from './export-sheet.ts';
import type { Begun, Exports } from './export.service.ts';

export const sheetButton = buttonKind('xa', 1, ['sheet']);

const XLSX = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';
/** How often the message that shows how far a sheet is gets edited, at most. */
const SHOWN_EVERY_MS = 2000;

export const mayExport = ({ viewOf }: Pick<Exports, 'viewOf'>, { roles }: Pick<Person, 'roles'>): boolean =>
  SHEETS.some((sheet) => viewOf(roles, sheet) !== null);

/** The sheets that this person's roles may have. */
export function sheetChoice(
  t: Translator,
  { viewOf }: Pick<Exports, 'viewOf'>,
  { roles }: Pick<Person, 'roles'>,
  home: string | null,
): OutgoingMessage {
  const rows = SHEETS.filter((sheet) => viewOf(roles, sheet) !== null).map((sheet) => [
    { label: t.text(`sheets.name.${sheet}`), data: sheetButton.data(sheet) },
  ]);
  if (home !== null) rows.push([{ label: t.text('bot.button.back'), data: home }]);
  return { text: t.rich('sheets.choose'), keyboard: { kind: 'inline', rows } };
}

/** For council members, who have no desk. */
export function sheetsMenu({ exports }: { exports: Exports }): MenuItem {
  return {
    name: 'sheets',
    label: 'sheets.menu.sheets',
    allowed: ({ roles }) => roles.includes('council'),
    open: async (ctx) => {
      await ctx.show(sheetChoice(ctx.t, exports, ctx.person, null));
    },
  };
}

/**
 * Makes a sheet beside the chat's other updates, since it may take longer than one of them: the message shows how far it is
 * until the file comes. What is being made when the process ends is asked for again.
 */
export function makingOfSheets({ exports, now }: { exports: Exports; now: () => Date }) {
  const inHand = new Set<string>();

  return async function start(ctx: BotContext, name: string): Promise<void> {
    const { t, person, client } = ctx;
    const sheet = SHEETS.find((one) => one === name);
    if (!sheet) return ctx.toast(t.text('bot.error.staleButton'));
    const key = `${person.id}:${sheet}`;
    if (inHand.has(key)) return ctx.toast(t.text('sheets.busy'));
    const begun = await exports.begin(person, { sheet, source: ctx.inboxId });
    if (!begun) return ctx.toast(t.text('bot.error.notAllowed'));
    const [message] = await ctx.show({
      text: t.rich('sheets.making', { name: t.text(`sheets.name.${sheet}`), rows: 0 }),
    });
    inHand.add(key);
    const show = async (text: 'making' | 'done' | 'failed', rows: number): Promise<void> => {
      const values = { name: t.text(`sheets.name.${sheet}`), rows };
      if (message) await client.edit(person.chatId, message.messageId, { text: t.rich(`sheets.${text}`, values) });
    };
    void make(begun, t, show)
      .then((file) => client.send(person.chatId, { ...file, direction: t.direction }))
      .catch(async (error: unknown) => {
        ctx.log.error({ sheet, error: error instanceof Error ? error.name : 'unknown' }, 'A sheet could not be made');
        await show('failed', 0).catch(() => {});
      })
      .finally(() => inHand.delete(key));
  };

  async function make(
    begun: Begun,
    t: Translator,
    show: (text: 'making' | 'done', rows: number) => Promise<void>,
  ): Promise<OutgoingMessage> {
    let rows = 0;
    let shownAt = performance.now();
    // Packed already: of 100,000 rows it is a few megabytes.
    const chunks: Buffer[] = [];
    const counting = () => {
      rows += 1;
    };
    for await (const chunk of exportSheet(begun, t, counting)) {
      chunks.push(chunk);
      if (performance.now() - shownAt < SHOWN_EVERY_MS) continue;
      shownAt = performance.now();
      // What can't be shown now is shown by the next one, or by the file.
      await show('making', rows).catch(() => {});
    }
    await show('done', rows).catch(() => {});
    return {
      text:
        begun.sheet === 'members' ? t.rich(`databank.export.${begun.view}`) : t.rich(`sheets.caption.${begun.sheet}`),
      media: {
        kind: 'document',
        file: { bytes: Buffer.concat(chunks), fileName: fileNameOf(begun.sheet, now()), mimeType: XLSX },
      },
    };
  }
}

function fileNameOf(sheet: Sheet, at: Date): string {
  const { year, month, day } = inTehran(at);
  const part = sheet === 'members' ? '' : `${sheet}-`;
  return `khoosheh-${part}${year}-${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}.xlsx`;
}
