import { buttonKind } from '../../bot/callback-data.ts';
import { resumeButton } from '../../bot/dialogue/dialogue.views.ts';
import { join } from '../../language/rich-text.ts';
import type { Translator } from '../../language/translator.ts';
import type { InlineButton, MessengerName, OutgoingMessage } from '../../messengers/messenger.ts';
import type { AnswerOutcome, Join } from './joins.service.ts';
import type { Member } from './members.service.ts';

export const joinButton = buttonKind('mj', 1, ['join', 'answer']);
/** `prefer`, `unlink`, `unlink-sure`, `keep` on one messenger; `link` on none. */
export const accountButton = buttonKind('ma', 1, ['act', 'messenger']);

const nameOf = (t: Translator, messenger: MessengerName): string => t.text(`members.messenger.${messenger}`);

/** The accounts of a person, the one that is written to first marked. */
export function accountList(t: Translator, { accounts, preferredMessenger }: Member): OutgoingMessage {
  const first = accounts.find(({ messenger }) => messenger === preferredMessenger) ?? accounts[0];
  const several = accounts.length > 1;
  const lines = accounts.map(({ messenger, reachable }) => {
    const values = { messenger: nameOf(t, messenger) };
    if (!reachable) return t.rich('members.accounts.unreachable', values);
    return several && messenger === first?.messenger
      ? t.rich('members.accounts.first', values)
      : t.rich('members.accounts.linked', values);
  });
  const prefer = accounts
    .filter(({ messenger }) => messenger !== first?.messenger)
    .map(({ messenger }): InlineButton => ({
      label: t.text('members.accounts.button.prefer', { messenger: nameOf(t, messenger) }),
      data: accountButton.data('prefer', messenger),
    }));
  const unlink = accounts.map(({ messenger }): InlineButton => ({
    label: t.text('members.accounts.button.unlink', { messenger: nameOf(t, messenger) }),
    data: accountButton.data('unlink', messenger),
  }));
  const link: InlineButton = { label: t.text('members.accounts.button.link'), data: accountButton.data('link', '') };
  return {
    text: join(
      [join([t.rich('members.accounts.title'), ...lines]), ...(several ? [] : [t.rich('members.accounts.single')])],
      '\n\n',
    ),
    keyboard: { kind: 'inline', rows: several ? [prefer, unlink] : [[link]] },
  };
}

export function unlinkQuestion(t: Translator, messenger: MessengerName): OutgoingMessage {
  return {
    text: t.rich('members.accounts.unlinkAsk', { messenger: nameOf(t, messenger) }),
    keyboard: {
      kind: 'inline',
      rows: [
        [
          { label: t.text('members.accounts.button.keep'), data: accountButton.data('keep', messenger) },
          { label: t.text('members.accounts.button.unlinkSure'), data: accountButton.data('unlink-sure', messenger) },
        ],
      ],
    },
  };
}

/** What a side is told of a joining, the question included: as an answer here, or through the outbox. */
export function joinMessage(
  t: Translator,
  join: Join,
  { to, about }: { to: 'asking' | 'asked'; about: 'offer' | 'reminder' | 'joined' | 'refused' },
): OutgoingMessage {
  const other = { messenger: nameOf(t, (to === 'asking' ? join.asked : join.asking).messenger) };
  switch (about) {
    case 'offer':
      return {
        text: t.rich(to === 'asking' ? 'members.link.offer' : 'members.link.asked', other),
        keyboard: joinKeyboard(t, join, to),
      };
    case 'reminder':
      return { text: t.rich('members.link.reminder', other), keyboard: joinKeyboard(t, join, to) };
    case 'joined':
      return { text: t.rich('members.link.joined'), ...(to === 'asking' ? wayBack(t, join) : {}) };
    case 'refused':
      return { text: t.rich('members.link.refused', other), ...(to === 'asking' ? wayBack(t, join) : {}) };
  }
}

function joinKeyboard(t: Translator, { id }: Join, to: 'asking' | 'asked'): OutgoingMessage['keyboard'] {
  const yes = t.text(to === 'asking' ? 'members.link.button.join' : 'members.link.button.confirm');
  const no = t.text(to === 'asking' ? 'members.link.button.apart' : 'members.link.button.notMe');
  return {
    kind: 'inline',
    rows: [
      [
        { label: yes, data: joinButton.data(id, 'yes') },
        { label: no, data: joinButton.data(id, 'no') },
      ],
    ],
  };
}

/** The form that waited for the outcome. */
function wayBack(t: Translator, { draftId }: Join): Pick<OutgoingMessage, 'keyboard'> {
  if (draftId === null) return {};
  return {
    keyboard: {
      kind: 'inline',
      rows: [[{ label: t.text('bot.dialogue.button.resume'), data: resumeButton.data(draftId, 'open') }]],
    },
  };
}

/** What the one who answered reads. */
export function answered(t: Translator, outcome: AnswerOutcome): OutgoingMessage {
  switch (outcome.kind) {
    case 'gone':
      return { text: t.rich('members.link.gone') };
    case 'joined':
      return joinMessage(t, outcome.join, { to: outcome.side, about: 'joined' });
    case 'confirmed': {
      const other = outcome.side === 'asking' ? outcome.join.asked : outcome.join.asking;
      return { text: t.rich('members.link.confirmed', { messenger: nameOf(t, other.messenger) }) };
    }
    case 'leaving':
      return { text: t.rich('members.link.leaving'), keyboard: joinKeyboard(t, outcome.join, outcome.side) };
    case 'refused':
      return {
        text: t.rich('members.link.apart'),
        ...(outcome.side === 'asking' ? wayBack(t, outcome.join) : {}),
      };
  }
}
