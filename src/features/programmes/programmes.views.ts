import { buttonKind } from '../../bot/callback-data.ts';
import { sureButton } from '../../bot/sure.ts';
import { fromIsoDay, startOfDayTehran } from '../../language/jalali.ts';
import { markOf } from '../../language/mark.ts';
import { join, type RichText } from '../../language/rich-text.ts';
import type { Translator } from '../../language/translator.ts';
import type { InlineButton, OutgoingMessage } from '../../messengers/messenger.ts';
import { gap, paragraph, NOTE, type Block } from '../../pictures/block.ts';
import { progressList } from '../../pictures/bars.ts';
import type { Note, Programme, State } from './programmes.service.ts';

export const listButton = buttonKind('ga', 1, ['page']);
export const programmeButton = buttonKind('gb', 1, ['id']);
/** follow, leave. */
export const followButton = buttonKind('gc', 1, ['id', 'act']);
/** The picture of one programme; of all, without an id. */
export const pictureButton = buttonKind('gd', 1, ['id']);
/** write, home, progress, link, edit, running. */
export const keepButton = buttonKind('ge', 1, ['id', 'act']);
/** Of what those who follow are told about. */
export const markOfProgramme = ({ state, title, milestones }: Programme): string => markOf(state, title, milestones);

export const PAGE_SIZE = 10;
const BAR_LENGTH = 10;
const NOTES_SHOWN = 6;
/** Fewer could be guessed to be somebody. */
const LEAST_SHOWN = 5;

export const dayOf = (iso: string): Date => startOfDayTehran(fromIsoDay(iso));

/** «▰▰▰▰▰▰▱▱▱▱ ۶۰٪» */
export function textBar(t: Translator, percent: number): RichText {
  const full = Math.round((percent / 100) * BAR_LENGTH);
  return t.rich('programmes.bar', { bar: '▰'.repeat(full) + '▱'.repeat(BAR_LENGTH - full), percent });
}

const stateText = (t: Translator, state: State): string => t.text(`programmes.state.${state}`);
/** Runs on after its last day, which those who follow it may see. */
const isLate = ({ state, endOn }: Programme, today: string): boolean => state === 'running' && endOn < today;
const standing = (t: Translator, programme: Programme, today: string): string => {
  const state = stateText(t, programme.state);
  return isLate(programme, today) ? t.text('programmes.late', { state }) : state;
};
const nameOf = (t: Translator, { number, title }: Programme): string =>
  t.text('programmes.list.name', { number, title });

export function programmeList(
  t: Translator,
  {
    programmes,
    total,
    page,
    mayWrite,
    today,
  }: { programmes: readonly Programme[]; total: number; page: number; mayWrite: boolean; today: string },
): OutgoingMessage {
  const rows = programmes.map((one): InlineButton[] => [{ label: nameOf(t, one), data: programmeButton.data(one.id) }]);
  const turns: InlineButton[] = [];
  if (page > 0) turns.push({ label: t.text('bot.button.previousPage'), data: listButton.data(String(page - 1)) });
  if ((page + 1) * PAGE_SIZE < total)
    turns.push({ label: t.text('bot.button.nextPage'), data: listButton.data(String(page + 1)) });
  if (turns.length > 0) rows.push(turns);
  if (programmes.length > 0) rows.push([{ label: t.text('programmes.button.picture'), data: pictureButton.data('') }]);
  if (mayWrite) rows.push([{ label: t.text('programmes.button.write'), data: keepButton.data('', 'write') }]);
  const items = programmes.map((one) =>
    join([
      t.rich('programmes.list.item', { number: one.number, title: one.title }),
      one.state === 'running' ? textBar(t, one.progress) : stateText(t, one.state),
      isLate(one, today) ? t.rich('programmes.list.late', { at: dayOf(one.endOn) }) : '',
    ]),
  );
  return {
    text: join(
      [
        t.rich('programmes.list.title'),
        programmes.some(({ sample }) => sample) ? t.rich('programmes.sample.list') : '',
        ...(items.length > 0 ? items : [t.rich('programmes.list.empty')]),
      ],
      '\n\n',
    ),
    ...(rows.length > 0 ? { keyboard: { kind: 'inline', rows } } : {}),
  };
}

/** A programme as members read it on a day (`YYYY-MM-DD`). `cases`: the tracking codes, for those who keep it. */
export function programmeMessage(
  t: Translator,
  programme: Programme,
  { follows, mayKeep, today }: { follows: boolean; mayKeep: boolean; today: string },
): OutgoingMessage {
  const { id, milestones, notes, cases } = programme;
  const rows: InlineButton[][] = [
    [
      follows
        ? { label: t.text('programmes.button.leave'), data: followButton.data(id, 'leave') }
        : { label: t.text('programmes.button.follow'), data: followButton.data(id, 'follow') },
    ],
    [{ label: t.text('programmes.button.picture'), data: pictureButton.data(id) }],
    [{ label: t.text('programmes.button.all'), data: listButton.data('0') }],
  ];
  if (mayKeep) rows.splice(1, 0, [{ label: t.text('programmes.button.keep'), data: keepButton.data(id, 'home') }]);
  return {
    text: join(
      [
        join([
          t.rich('programmes.page.title', { number: programme.number, title: programme.title }),
          programme.sample ? t.rich('programmes.sample.one') : '',
          t.rich('programmes.page.state', { state: standing(t, programme, today) }),
          textBar(t, programme.progress),
        ]),
        facts(t, programme),
        milestones.length === 0
          ? ''
          : join([
              t.rich('programmes.page.milestones'),
              ...milestones.map((one) => milestoneLine(t, one, dueBefore(programme, today))),
            ]),
        notes.length === 0
          ? ''
          : join([t.rich('programmes.page.notes'), ...notes.slice(-NOTES_SHOWN).map((note) => noteText(t, note))]),
        caseLine(t, cases, mayKeep),
      ],
      '\n\n',
    ),
    keyboard: { kind: 'inline', rows },
  };
}

function facts(t: Translator, { aim, section, body, partners, startOn, endOn, budgetRials }: Programme): RichText {
  return join([
    aim === '' ? '' : t.rich('programmes.page.aim', { aim }),
    section === '' ? '' : t.rich('programmes.page.section', { section }),
    body === '' ? '' : t.rich('programmes.page.body', { body }),
    partners.length === 0
      ? ''
      : t.rich('programmes.page.partners', { partners: partners.join(t.text('bot.listComma')) }),
    t.rich('programmes.page.time', { start: dayOf(startOn), end: dayOf(endOn) }),
    budgetRials === null ? '' : t.rich('programmes.page.budget', { rials: budgetRials }),
  ]);
}

/** What was due before this day is late; nothing is in a programme that doesn't run. */
const dueBefore = ({ state }: Programme, today: string): string => (state === 'running' ? today : '');

function milestoneLine(
  t: Translator,
  { title, dueOn, doneAt }: Programme['milestones'][number],
  lateBefore: string,
): RichText {
  if (doneAt) return t.rich('programmes.page.reached', { title, at: doneAt });
  if (dueOn === null) return t.rich('programmes.page.milestone', { title });
  const key = dueOn < lateBefore ? 'milestoneLate' : 'milestoneDue';
  return t.rich(`programmes.page.${key}`, { title, at: dayOf(dueOn) });
}

function caseLine(t: Translator, cases: Programme['cases'], mayKeep: boolean): RichText | '' {
  if (mayKeep && cases.length > 0) {
    const codes = cases.map(({ code }) => t.rich('programmes.page.code', { code }));
    return t.rich('programmes.page.codes', { codes: join(codes, t.text('bot.listComma')) });
  }
  return cases.length >= LEAST_SHOWN ? t.rich('programmes.page.cases', { count: cases.length }) : '';
}

function noteText(t: Translator, note: Note): RichText {
  return join([t.rich('programmes.note.head', { at: note.at, percent: note.progress }), whatHappened(t, note)]);
}

const whatHappened = (t: Translator, { state, milestone, text }: Note): RichText =>
  join([
    state === null ? '' : t.rich('programmes.note.state', { state: stateText(t, state) }),
    milestone === null ? '' : t.rich('programmes.note.milestone', { title: milestone }),
    text === '' ? '' : t.rich('bot.dialogue.value.text', { value: text }),
  ]);

/** What has become of a programme since its people were told last. */
export function progressNotice(t: Translator, programme: Programme, batch: number): OutgoingMessage {
  const notes = programme.notes.filter((note) => note.batch === batch);
  return {
    text: join(
      [
        t.rich('programmes.notice.head', { number: programme.number, title: programme.title }),
        textBar(t, notes.at(-1)?.progress ?? programme.progress),
        ...notes.map((note) => whatHappened(t, note)),
      ],
      '\n\n',
    ),
    keyboard: {
      kind: 'inline',
      rows: [
        [{ label: t.text('programmes.button.open'), data: programmeButton.data(programme.id) }],
        [{ label: t.text('programmes.button.leave'), data: followButton.data(programme.id, 'leave') }],
      ],
    },
  };
}

/** What those who keep a programme can do with it now. */
export function keepersPage(
  t: Translator,
  programme: Programme,
  { mayWrite, mayLink, next }: { mayWrite: boolean; mayLink: boolean; next: readonly State[] },
): OutgoingMessage {
  const { id, milestones, state } = programme;
  const act = (name: 'progress' | 'link' | 'edit'): InlineButton[] => [
    { label: t.text(`programmes.button.${name}`), data: keepButton.data(id, name) },
  ];
  const isOpen = state === 'draft' || state === 'running';
  const rows: InlineButton[][] = [
    ...(isOpen ? [act('progress')] : []),
    ...(isOpen && mayLink ? [act('link')] : []),
    ...(isOpen
      ? milestones.flatMap(({ title, doneAt }, index) =>
          doneAt
            ? []
            : [
                [
                  {
                    label: t.text('programmes.button.reach', { title }),
                    data: sureButton.data('gm', `${id}.${index}`, markOfProgramme(programme)),
                  },
                ],
              ],
        )
      : []),
    ...(mayWrite ? [act('edit')] : []),
    ...(mayWrite
      ? next.map((to) => [
          {
            label: t.text(`programmes.button.to.${to}`),
            // To begin harms nobody; an end is told to all who follow.
            data:
              to === 'running'
                ? keepButton.data(id, to)
                : sureButton.data('gs', `${id}.${to}`, markOfProgramme(programme)),
          },
        ])
      : []),
    [{ label: t.text('bot.button.back'), data: programmeButton.data(id) }],
  ];
  return {
    text: join(
      [
        t.rich('programmes.page.title', { number: programme.number, title: programme.title }),
        t.rich('programmes.keep.hint'),
      ],
      '\n\n',
    ),
    keyboard: { kind: 'inline', rows },
  };
}

export const percentText =
  (t: Translator) =>
  (percent: number): string =>
    t.text('programmes.percent', { percent });

/** In a picture there are words for what a sign says in a message: the font has letters only. */
function pictured(
  t: Translator,
  { title, dueOn, doneAt }: Programme['milestones'][number],
  lateBefore: string,
): string {
  if (doneAt) return t.text('programmes.picture.reached', { title, at: doneAt });
  if (dueOn === null) return title;
  return t.text(`programmes.picture.${dueOn < lateBefore ? 'late' : 'due'}`, { title, at: dayOf(dueOn) });
}

/** The picture of all programmes, or of one with its milestones below, as they stand on a day (`YYYY-MM-DD`). */
export function programmesPicture(t: Translator, programmes: readonly Programme[], today: string): Block[] {
  const [only] = programmes;
  const head = { title: t.text('programmes.picture.title'), percentText: percentText(t) };
  const subtitle = programmes.some(({ sample }) => sample) ? t.text('programmes.picture.sample') : undefined;
  const items = programmes.map((one) => ({
    label: nameOf(t, one),
    percent: one.progress,
    note: t.text('programmes.picture.note', { state: standing(t, one, today), end: dayOf(one.endOn) }),
    quiet: one.state === 'stopped' || one.state === 'draft',
  }));
  const bars = progressList({ ...head, subtitle, items });
  if (!only || programmes.length > 1) return [bars];
  return [
    bars,
    gap(0.5),
    ...only.milestones.map((milestone) => paragraph(pictured(t, milestone, dueBefore(only, today)))),
    ...(only.body === ''
      ? []
      : [paragraph(t.text('programmes.page.body', { body: only.body }), { font: NOTE, faint: true })]),
  ];
}
