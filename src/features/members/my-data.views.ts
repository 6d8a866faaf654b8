import { buttonKind } from '../../bot/callback-data.ts';
import { join } from '../../language/rich-text.ts';
import { placeName } from '../../language/places.ts';
import type { TextKey, Translator } from '../../language/translator.ts';
import type { InlineButton, OutgoingMessage } from '../../messengers/messenger.ts';
import type { Kept } from './my-data.service.ts';
import { languageButton, noticeButton } from './members.views.ts';

export const MY_DATA_ACTS = [
  'edit',
  'code',
  'code-change',
  'code-remove',
  'file',
  'delete',
  'delete-on',
  'delete-sure',
  'delete-keep',
  'undo',
  'prove',
] as const;
export type MyDataAct = (typeof MY_DATA_ACTS)[number];

export const myDataButton = buttonKind('mx', 1, ['act']);
export const accountsButton = buttonKind('mo', 1, []);

const button = (t: Translator, label: TextKey, act: MyDataAct): InlineButton => ({
  label: t.text(label),
  data: myDataButton.data(act),
});

/** Everything that is kept about the person, as they may read it, with what they may do about it. */
export function myData(
  t: Translator,
  kept: Kept,
  { cards, settings }: { cards: OutgoingMessage['text'][]; settings: InlineButton },
): OutgoingMessage {
  const { member } = kept;
  const languageButtonRow = { label: t.text('members.start.button.language'), data: languageButton.data('ask') };
  const accounts = { label: t.text('members.me.button.accounts'), data: accountsButton.data() };
  const notice = { label: t.text('members.start.button.notice'), data: noticeButton.data() };
  const edit = button(t, 'members.me.button.edit', 'edit');
  const code = button(t, 'members.me.button.nationalCode', 'code');
  const file = button(t, 'members.me.button.file', 'file');
  const remove = button(t, 'members.me.button.delete', 'delete');
  const lines = member.registeredAt ? memberLines(t, kept) : [t.rich('members.me.guest')];
  const businesses = cards.length > 0 ? [t.rich('members.me.businesses'), ...cards] : [];
  return {
    text: join([t.rich('members.me.title'), join(lines), ...businesses], '\n\n'),
    keyboard: {
      kind: 'inline',
      rows: [
        ...(member.registeredAt ? [[edit, code]] : []),
        [accounts, file],
        [languageButtonRow, settings],
        [notice, remove],
      ],
    },
  };
}

function memberLines(t: Translator, { member, nationalCode, cases, forms }: Kept): OutgoingMessage['text'][] {
  const { name, phone, membershipNumber, provinceCode, cityCode, registeredAt, consent, accounts } = member;
  const names = accounts.map(({ messenger }) => t.text(`members.messenger.${messenger}`));
  return [
    t.rich('members.me.name', { name: name ?? undefined }),
    t.rich('members.me.phone', { phone: phone ?? undefined }),
    ...(provinceCode && cityCode
      ? [
          t.rich('members.me.place', {
            province: placeName(provinceCode, t.language),
            city: placeName(cityCode, t.language),
          }),
        ]
      : []),
    ...(membershipNumber === null ? [] : [t.rich('members.me.membershipNumber', { number: membershipNumber })]),
    ...(nationalCode === null ? [] : [t.rich('members.me.nationalCode', { masked: nationalCode })]),
    t.rich('members.me.language', { language: t.text(`members.language.${member.language ?? 'fa'}`) }),
    t.rich('members.me.accounts', { names: names.join(t.text('bot.listComma')) }),
    ...(registeredAt ? [t.rich('members.me.registered', { at: registeredAt })] : []),
    ...(consent ? [t.rich('members.me.consent', { at: consent.at })] : []),
    ...(cases.length > 0 ? [t.rich('members.me.cases', { count: cases.length })] : []),
    ...(forms.length > 0 ? [t.rich('members.me.forms', { count: forms.length })] : []),
  ];
}

export function ownNationalCode(t: Translator, masked: string): OutgoingMessage {
  return {
    text: t.rich('members.nationalCode.have', { masked }),
    keyboard: {
      kind: 'inline',
      rows: [
        [
          button(t, 'members.nationalCode.button.change', 'code-change'),
          button(t, 'members.nationalCode.button.remove', 'code-remove'),
        ],
      ],
    },
  };
}

/** The two steps before a deletion is asked for. */
/** Under the number a list or a call left something, and it was proved too long ago to delete that too. */
export const provingForDeletion = (t: Translator): OutgoingMessage => ({
  text: t.rich('members.deletion.records'),
  keyboard: { kind: 'inline', rows: [[button(t, 'members.deletion.button.prove', 'prove')]] },
});

export function deletionQuestion(t: Translator, step: 'first' | 'second', undoDays: number): OutgoingMessage {
  const goOn: InlineButton =
    step === 'first'
      ? button(t, 'members.deletion.button.goOn', 'delete-on')
      : button(t, 'members.deletion.button.sure', 'delete-sure');
  return {
    text: step === 'first' ? t.rich('members.deletion.ask', { count: undoDays }) : t.rich('members.deletion.sure'),
    keyboard: { kind: 'inline', rows: [[button(t, 'members.deletion.button.keep', 'delete-keep')], [goOn]] },
  };
}

export function deletionPending(t: Translator, due: Date): OutgoingMessage {
  return {
    text: t.rich('members.deletion.pending', { due }),
    keyboard: { kind: 'inline', rows: [[button(t, 'members.deletion.button.undo', 'undo')]] },
  };
}
