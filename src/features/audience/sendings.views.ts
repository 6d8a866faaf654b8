import { buttonKind } from '../../bot/callback-data.ts';
import { sureButton } from '../../bot/sure.ts';
import { markOf } from '../../language/mark.ts';
import { join, type RichText } from '../../language/rich-text.ts';
import { shorten } from '../../language/shorten.ts';
import type { Translator } from '../../language/translator.ts';
import type { InlineButton, OutgoingMessage } from '../../messengers/messenger.ts';
import { audienceLines, countLines, rowsOf } from './audience.views.ts';
import type { AudienceCounts } from './audiences.service.ts';
import type { Segment } from './segments.service.ts';
import type { Look, Sending, SendingNotice } from './sendings.service.ts';

/** Opens the sending of a news item. */
export const newsSendingButton = buttonKind('jn', 1, ['news']);
export const SENDING_ACTS = [
  'show',
  'audience',
  'all',
  'filter',
  'case',
  'people',
  'segments',
  'save',
  'time',
  'now',
  'preview',
  'refuse',
  'hold',
  'release',
] as const;
export type SendingAct = (typeof SENDING_ACTS)[number];
export const sendingButton = buttonKind('js', 1, ['sending', 'act']);
/** Takes a saved segment for a sending. */
export const takeSegmentButton = buttonKind('jg', 1, ['sending', 'segment']);
/** show, edit, rename. */
export const segmentButton = buttonKind('jm', 1, ['segment', 'act']);
/** list, segments. */
export const overviewButton = buttonKind('jd', 1, ['act']);

export interface SendingView extends Pick<Look, 'sending' | 'item' | 'counts' | 'people' | 'mark'> {
  /** Of what goes: sent and all. */
  progress: { sent: number; total: number } | null;
  needsApproval: boolean;
  /** Of the person who looks. */
  mine: boolean;
  mayApprove: boolean;
  /** The way back to the item. */
  back: InlineButton | null;
}

/** One sending: whom to, when, how many, and what can be done with it now. */
export function sendingScreen(t: Translator, view: SendingView): OutgoingMessage {
  const { sending, item, counts, progress } = view;
  if (sending.doing === 'edit') return editScreen(t, view);
  return {
    text: join(
      [
        t.rich('audience.sending.title', { headline: item.headline }),
        join([t.rich('audience.sending.to'), ...audienceLines(t, sending.audience)]),
        join([
          sending.at ? t.rich('audience.sending.at', { at: sending.at }) : t.rich('audience.sending.now'),
          ...(item.urgent ? [t.rich('audience.sending.urgent')] : []),
        ]),
        ...(counts ? [join(countLines(t, counts))] : []),
        ...(sending.state === 'draft' ? [] : [t.rich(`audience.sending.is.${shownState(sending)}`)]),
        ...(progress ? [t.rich('audience.sending.progress', progress)] : []),
        ...(sending.state === 'draft' && sending.reason !== ''
          ? [t.rich('audience.sending.refused', { reason: sending.reason })]
          : []),
      ],
      '\n\n',
    ),
    keyboard: { kind: 'inline', rows: [...rowsFor(t, view), ...(view.back ? [[view.back]] : [])] },
  };
}

/** Bringing what was sent up to date, which a second person looks at. */
function editScreen(t: Translator, view: SendingView): OutgoingMessage {
  const { sending, item, people } = view;
  const { state, reason } = sending;
  const lines: RichText[] = [
    t.rich('audience.edit.title', { headline: item.headline }),
    t.rich('audience.edit.people', { people }),
    t.rich(`audience.edit.is.${state === 'draft' ? 'cancelled' : state}`),
    ...(state === 'cancelled' && reason !== '' ? [t.rich('audience.sending.refused', { reason })] : []),
  ];
  return {
    text: join(lines, '\n\n'),
    keyboard: { kind: 'inline', rows: [...rowsFor(t, view), ...(view.back ? [[view.back]] : [])] },
  };
}

const shownState = ({ state, held }: Sending) =>
  held && (state === 'scheduled' || state === 'started') ? (`${state}Held` as const) : state;

function rowsFor(t: Translator, { sending, counts, people, mark, needsApproval, mine, mayApprove }: SendingView) {
  const act = (label: string, name: SendingAct): InlineButton => ({
    label,
    data: sendingButton.data(sending.id, name),
  });
  const preview = act(t.text('audience.button.preview'), 'preview');
  const holding = sending.held
    ? act(t.text('audience.button.release'), 'release')
    : act(t.text('audience.button.hold'), 'hold');
  const isEdit = sending.doing === 'edit';
  const cancel: InlineButton = {
    label: t.text(isEdit ? 'audience.button.cancelEdit' : 'audience.button.cancel'),
    data: sureButton.data('jc', sending.id, markOfState(sending)),
  };
  switch (sending.state) {
    case 'draft': {
      if (!counts) return [];
      const submit = needsApproval
        ? t.text('audience.button.ask')
        : sending.at
          ? t.text('audience.button.schedule', { people })
          : t.text('audience.button.send', { people });
      return [
        [act(t.text('audience.button.audience'), 'audience'), act(t.text('audience.button.time'), 'time')],
        ...(sending.at ? [[act(t.text('audience.button.now'), 'now')]] : []),
        [preview],
        ...(people > 0 ? [[{ label: submit, data: sureButton.data('js', sending.id, mark) }]] : []),
      ];
    }
    case 'awaiting':
      return [
        ...(mayApprove && !mine
          ? [
              [
                { label: t.text('audience.button.approve'), data: sureButton.data('ja', sending.id, mark) },
                act(t.text('audience.button.refuse'), 'refuse'),
              ],
            ]
          : []),
        [preview],
        [cancel],
      ];
    case 'scheduled':
      return isEdit ? [[preview], [cancel]] : [[preview], [holding, cancel]];
    case 'started':
      return [[act(t.text('audience.button.refresh'), 'show')], ...(isEdit ? [] : [[holding, cancel]])];
    case 'over':
    case 'cancelled':
      return [];
  }
}

/** Ways to say whom it is for. */
export function audienceChoice(t: Translator, sending: Sending): OutgoingMessage {
  const act = (name: 'all' | 'filter' | 'case' | 'people' | 'segments' | 'save'): InlineButton => ({
    label: t.text(`audience.button.${name}`),
    data: sendingButton.data(sending.id, name),
  });
  const isNamed = sending.audience.kind === 'all' || sending.segment !== null;
  return {
    text: join([t.rich('audience.choose'), join(audienceLines(t, sending.audience))], '\n\n'),
    keyboard: {
      kind: 'inline',
      rows: [
        [act('all'), act('filter')],
        [act('people'), act('case')],
        [act('segments')],
        ...(isNamed ? [] : [[act('save')]]),
        [{ label: t.text('bot.button.back'), data: sendingButton.data(sending.id, 'show') }],
      ],
    },
  };
}

export function segmentChoice(t: Translator, sending: Sending, segments: readonly Segment[]): OutgoingMessage {
  return {
    text: t.rich(segments.length > 0 ? 'audience.segment.choose' : 'audience.segment.none'),
    keyboard: {
      kind: 'inline',
      rows: [
        ...rowsOf(segments.map(({ id, name }) => ({ label: name, data: takeSegmentButton.data(sending.id, id) }))),
        [{ label: t.text('bot.button.back'), data: sendingButton.data(sending.id, 'audience') }],
      ],
    },
  };
}

/** Of a sending where what is done with it, its state and its plan are all that counts. */
export const markOfState = ({ doing, state, at, audience }: Sending): string => markOf(doing, state, at, audience);

/** What waits and what goes; for admins also the rule of the second person. */
export function overview(
  t: Translator,
  {
    sendings,
    needsApproval,
    admin,
  }: { sendings: readonly { sending: Sending; headline: string }[]; needsApproval: boolean; admin: boolean },
): OutgoingMessage {
  const lines = sendings.map(({ sending, headline }) =>
    t.rich('audience.list.item', {
      headline: shorten(headline, 80),
      state: t.text(`audience.sending.is.${shownState(sending) as 'awaiting'}`),
      at: sending.at ? t.date(sending.at, 'dateTime') : t.text('audience.list.soon'),
    }),
  );
  return {
    text: join(
      [
        t.rich('audience.list.title'),
        ...(lines.length > 0 ? lines : [t.rich('audience.list.empty')]),
        t.rich(needsApproval ? 'audience.rule.on' : 'audience.rule.off'),
      ],
      '\n\n',
    ),
    keyboard: {
      kind: 'inline',
      rows: [
        ...sendings.map(({ sending, headline }) => [{ label: headline, data: sendingButton.data(sending.id, 'show') }]),
        [{ label: t.text('audience.button.manage'), data: overviewButton.data('segments') }],
        ...(admin
          ? [
              [
                {
                  label: t.text(needsApproval ? 'audience.button.ruleOff' : 'audience.button.ruleOn'),
                  data: sureButton.data('jr', '', markOf(needsApproval)),
                },
              ],
            ]
          : []),
      ],
    },
  };
}

export function segmentList(t: Translator, segments: readonly Segment[]): OutgoingMessage {
  return {
    text: t.rich(segments.length > 0 ? 'audience.segment.manage' : 'audience.segment.none'),
    keyboard: {
      kind: 'inline',
      rows: [
        ...rowsOf(segments.map(({ id, name }) => ({ label: name, data: segmentButton.data(id, 'show') }))),
        [{ label: t.text('bot.button.back'), data: overviewButton.data('list') }],
      ],
    },
  };
}

export function segmentScreen(t: Translator, { id, name, audience }: Segment, counts: AudienceCounts): OutgoingMessage {
  const act = (key: 'edit' | 'rename', name: string): InlineButton => ({
    label: t.text(`audience.button.${key}`),
    data: segmentButton.data(id, name),
  });
  return {
    text: join(
      [t.rich('audience.segment.title', { name }), join(audienceLines(t, audience)), join(countLines(t, counts))],
      '\n\n',
    ),
    keyboard: {
      kind: 'inline',
      rows: [
        [
          ...(audience.kind === 'filter' ? [act('edit', 'edit')] : []),
          act('rename', 'rename'),
          { label: t.text('audience.button.drop'), data: sureButton.data('jm', id, markOf(name, audience)) },
        ],
        [{ label: t.text('bot.button.back'), data: overviewButton.data('segments') }],
      ],
    },
  };
}

/** What somebody reads in the outbox's message about a sending. */
export function sendingNotice(
  t: Translator,
  { sending, headline, what }: { sending: Sending; headline: string; what: Exclude<SendingNotice, 'approve'> },
): OutgoingMessage {
  const { reason, doing } = sending;
  // A change begins at once with its yes: that it began is told by that.
  const kind = doing === 'edit' && what !== 'started' ? (`edit.${what}` as const) : what;
  return {
    text:
      kind === 'refused' || kind === 'edit.refused'
        ? t.rich(`audience.notice.${kind}`, { headline, reason })
        : t.rich(`audience.notice.${kind}`, { headline }),
    keyboard: {
      kind: 'inline',
      rows: [[{ label: t.text('audience.button.open'), data: sendingButton.data(sending.id, 'show') }]],
    },
  };
}
