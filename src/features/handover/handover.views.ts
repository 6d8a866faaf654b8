import { buttonKind } from '../../bot/callback-data.ts';
import { join } from '../../language/rich-text.ts';
import type { TextKey, Translator } from '../../language/translator.ts';
import type { InlineButton, OutgoingMessage } from '../../messengers/messenger.ts';
import { SIDES, type Handover, type HandoverNews, type Side } from './handover.service.ts';

export const openButton = buttonKind('ua', 1, []);
/** Without an id it asks to whom. */
export const beginButton = buttonKind('ub', 1, ['to']);
/** `to`: `on` or `off`. */
export const tickButton = buttonKind('uc', 1, ['id', 'code', 'to']);
/** `sure`: empty, then `yes`. */
export const confirmButton = buttonKind('ud', 1, ['id', 'revision', 'sure']);
export const abortButton = buttonKind('ue', 1, ['id', 'sure']);

type ItemCode = 'staff' | 'cases' | 'server' | 'tokens' | 'settings' | 'backups' | 'export' | 'key';

const back = (t: Translator): InlineButton[] => [{ label: t.text('bot.button.back'), data: openButton.data() }];

/** The way in, among what an admin sets. */
export const handoverButton = (t: Translator): InlineButton => ({
  label: t.text('handover.button.open'),
  data: openButton.data(),
});

/** What a hand-over is, while none is under way. */
export function noHandover(t: Translator, { mayBegin, home }: { mayBegin: boolean; home: string }): OutgoingMessage {
  const begin: InlineButton[] = [{ label: t.text('handover.button.begin'), data: beginButton.data('') }];
  return {
    text: join([t.rich('handover.title'), t.rich('handover.intro')], '\n\n'),
    keyboard: {
      kind: 'inline',
      rows: [...(mayBegin ? [begin] : []), [{ label: t.text('bot.button.back'), data: home }]],
    },
  };
}

export function successorChoice(t: Translator, people: readonly { id: string; name: string }[]): OutgoingMessage {
  return {
    text: t.rich(people.length > 0 ? 'handover.begin.ask' : 'handover.begin.nobody'),
    keyboard: {
      kind: 'inline',
      rows: [...people.map(({ id, name }) => [{ label: name, data: beginButton.data(id) }]), back(t)],
    },
  };
}

export interface HandoverView {
  handover: Handover;
  names: Record<Side, string>;
  /** Null for an admin who is not in it. */
  side: Side | null;
}

/** The checklist, what was confirmed, and what this person does next. */
export function handoverPage(t: Translator, { handover, names, side }: HandoverView): OutgoingMessage {
  const { id, items, confirmed, revision } = handover;
  const file = handover.export;
  const rows = items
    .filter((item) => item.by === side)
    .map(({ code, done }): InlineButton[] => {
      const label = t.text(`handover.short.${code as ItemCode}`);
      return [
        {
          label: done ? t.text('bot.dialogue.ticked', { label }) : label,
          data: tickButton.data(id, code, done ? 'off' : 'on'),
        },
      ];
    });
  const isReady = items.every(({ done }) => done);
  if (side && isReady && !confirmed.includes(side))
    rows.push([{ label: t.text('handover.button.confirm'), data: confirmButton.data(id, String(revision), '') }]);
  rows.push([{ label: t.text('handover.button.abort'), data: abortButton.data(id, '') }]);
  const said = (one: Side) =>
    t.rich(confirmed.includes(one) ? 'handover.confirmed' : 'handover.unconfirmed', { name: names[one] });
  return {
    text: join(
      [
        t.rich('handover.title'),
        join([
          t.rich('handover.from', { name: names.outgoing }),
          t.rich('handover.to', { name: names.incoming }),
          t.rich('handover.since', { at: handover.beganAt }),
        ]),
        ...SIDES.map((one) =>
          join([
            t.rich(`handover.list.${one}`),
            ...items
              .filter(({ by }) => by === one)
              .map(({ code, done }) =>
                t.rich(done ? 'handover.itemDone' : 'handover.itemOpen', {
                  item: t.text(`handover.item.${code as ItemCode}`),
                }),
              ),
          ]),
        ),
        file
          ? t.rich('handover.export', { at: file.at, megabytes: Math.ceil(file.bytes / 1024 ** 2), sum: file.sha256 })
          : t.rich('handover.noExport'),
        join(SIDES.map(said)),
        isReady ? '' : t.rich('handover.next'),
      ],
      '\n\n',
    ),
    keyboard: { kind: 'inline', rows },
  };
}

export function confirmQuestion(t: Translator, { handover, names, side }: HandoverView): OutgoingMessage {
  const yes: InlineButton = {
    label: t.text('handover.button.confirmSure'),
    data: confirmButton.data(handover.id, String(handover.revision), 'yes'),
  };
  return {
    text: t.rich(side === 'outgoing' ? 'handover.sure.outgoing' : 'handover.sure.incoming', {
      from: names.outgoing,
      to: names.incoming,
    }),
    keyboard: { kind: 'inline', rows: [[yes], back(t)] },
  };
}

export function abortQuestion(t: Translator, id: string): OutgoingMessage {
  return {
    text: t.rich('handover.sure.abort'),
    keyboard: {
      kind: 'inline',
      rows: [[{ label: t.text('handover.button.abortSure'), data: abortButton.data(id, 'yes') }], back(t)],
    },
  };
}

const NEWS: Record<HandoverNews, TextKey> = {
  begun: 'handover.notice.begun',
  confirmed: 'handover.notice.confirmed',
  done: 'handover.notice.done',
  aborted: 'handover.notice.aborted',
};

/** To those whom a hand-over concerns. */
export function handoverNotice(t: Translator, what: HandoverNews, names: Record<Side, string>): OutgoingMessage {
  const text = t.rich(NEWS[what], { from: names.outgoing, to: names.incoming });
  if (what === 'done' || what === 'aborted') return { text };
  return { text, keyboard: { kind: 'inline', rows: [[handoverButton(t)]] } };
}
