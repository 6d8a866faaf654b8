import { fromIsoDay, startOfDayTehran } from '../../language/jalali.ts';
import { join, type RichText } from '../../language/rich-text.ts';
import type { Translator } from '../../language/translator.ts';
import type { Change, ChangeFacts, Cost, Detail, Obstacle, Status } from './obstacles.service.ts';

const MAX_HISTORY = 12;
const MAX_ADDITIONS = 6;

export const statusText = (t: Translator, status: Status): string => t.text(`obstacles.status.${status}`);

export const categoryText = (t: Translator, category: string): string =>
  t.text(`taxonomy.categories.${category}` as 'taxonomy.categories.other');

/** `part` is a subtopic's code, which holds its category's. */
export const partText = (t: Translator, part: string): string =>
  t.text(`taxonomy.subtopics.${part}` as 'taxonomy.subtopics.license.delay');

/**
 * What a case says to its reporter and to the secretariat, without a name in it. For the desk its history has the
 * secretariat's own steps as well, and beside each word to the reporter whether it arrived.
 */
export function caseText(
  t: Translator,
  obstacle: Obstacle,
  { extra = [], forDesk = false }: { extra?: readonly (RichText | string)[]; forDesk?: boolean } = {},
): RichText {
  const facts = [
    t.rich('obstacles.card.code', { code: obstacle.code }),
    t.rich('obstacles.card.status', { status: statusText(t, obstacle.status) }),
    ...reportFacts(t, obstacle),
    t.rich('obstacles.card.reportedAt', { at: obstacle.reportedAt }),
    dueLine(t, obstacle),
    obstacle.evidence.length > 0 ? t.rich('obstacles.card.evidence', { count: obstacle.evidence.length }) : '',
    ...extra,
  ];
  const steps = forDesk ? obstacle.history : obstacle.history.filter(({ facts }) => !facts.desk);
  const history = steps
    .slice(-MAX_HISTORY)
    .map((change) =>
      join([changeLine(t, change), ...factLines(t, change.facts), forDesk ? mark(t, obstacle, change) : '']),
    );
  return join(
    [
      t.rich('obstacles.card.title', { title: obstacle.title }),
      join(facts),
      t.rich('bot.dialogue.value.text', { value: obstacle.description }),
      join(obstacle.details.map((detail) => detailLine(t, detail))),
      additionsText(t, obstacle),
      join([t.rich('obstacles.card.history'), ...history]),
    ],
    '\n\n',
  );
}

function changeLine(t: Translator, { at, to, reason, facts }: Change): RichText {
  const status = facts.desk ? t.text(`told.step.${facts.desk}`) : statusText(t, to);
  return reason === ''
    ? t.rich('obstacles.card.change', { at, status })
    : t.rich('obstacles.card.changeWithReason', { at, status, reason });
}

/** Whether the reporter has it; under the last change of those that go together. */
function mark(t: Translator, { history, told }: Obstacle, change: Change): RichText | '' {
  const isLast = history.findLast(({ batch, facts }) => batch === change.batch && !facts.desk) === change;
  const is = told[String(change.batch)];
  return isLast && is && is.state !== 'nothing' ? t.rich(`told.${is.state}`, { at: is.at }) : '';
}

/** What the report said beside its words. */
export function reportFacts(t: Translator, obstacle: Obstacle): (RichText | '')[] {
  const { kind, category, subtopic, body, since, visibility, hiddenName } = obstacle;
  const cost = costText(t, obstacle.cost);
  return [
    t.rich('obstacles.card.kind', { kind: t.text(`taxonomy.reports.${kind}`) }),
    t.rich('obstacles.card.category', { category: categoryText(t, category) }),
    subtopic === null ? '' : t.rich('obstacles.card.subtopic', { part: partText(t, subtopic) }),
    body === null ? '' : t.rich('obstacles.card.body', { body: bodyText(t, body) }),
    since === null ? '' : t.rich('obstacles.card.since', { at: startOfDayTehran(fromIsoDay(since)) }),
    cost === '' ? '' : t.rich('obstacles.card.cost', { cost }),
    t.rich('obstacles.card.visibility', { who: t.text(`obstacles.visibility.${visibility}`) }),
    hiddenName ? t.rich('obstacles.card.hiddenName') : '',
  ];
}

export const bodyText = (t: Translator, body: string): string =>
  t.text(`taxonomy.bodies.${body}` as 'taxonomy.bodies.other');

/** What was said of the cost; empty where nothing was. */
export function costText(t: Translator, { days, rials, people }: Cost): string {
  return [
    days === null ? '' : t.text('obstacles.unit.days', { count: days }),
    rials === null ? '' : t.text('obstacles.unit.rials', { count: rials }),
    people === null ? '' : t.text('obstacles.unit.people', { count: people }),
  ]
    .filter((text) => text !== '')
    .join(t.text('bot.listComma'));
}

function detailLine(t: Translator, { kind, label, answer }: Detail): RichText {
  const shown =
    kind === 'date'
      ? t.date(startOfDayTehran(fromIsoDay(answer)))
      : kind === 'number'
        ? t.number(Number(answer))
        : answer;
  return t.rich('obstacles.card.detail', { label, answer: shown });
}

/** What came after the report; of an edited message every version, the newest last. */
function additionsText(t: Translator, { additions }: Obstacle): RichText | '' {
  if (additions.length === 0) return '';
  const lines = additions.slice(-MAX_ADDITIONS).flatMap(({ at, texts, files }) => [
    ...texts.map(({ at: writtenAt, text }, index) =>
      t.rich(index === 0 ? 'obstacles.card.addition' : 'obstacles.card.edited', {
        at: writtenAt,
        text,
      }),
    ),
    ...(files > 0 ? [t.rich('obstacles.card.additionFiles', { at, count: files })] : []),
  ]);
  return join([t.rich('obstacles.card.additions'), ...lines]);
}

/** By when the secretariat has promised its next word. */
export function dueLine(t: Translator, { clock }: Obstacle): RichText | '' {
  if (clock.due === null) return '';
  return clock.answered
    ? t.rich('obstacles.card.nextWordDue', { at: clock.due })
    : t.rich('obstacles.card.firstAnswerDue', { at: clock.due });
}

/** What an act said beside its reason. */
export function factLines(t: Translator, facts: ChangeFacts): (RichText | '')[] {
  const { body, letter, dueOn, programme, decision, code } = facts;
  return [
    decision ? t.rich(`obstacles.fact.${decision}`) : '',
    body ? t.rich('obstacles.fact.body', { body }) : '',
    letter ? t.rich('obstacles.fact.letter', { letter }) : '',
    programme ? t.rich('obstacles.fact.programme', { programme }) : '',
    dueOn ? t.rich('obstacles.fact.dueOn', { at: startOfDayTehran(fromIsoDay(dueOn)) }) : '',
    code ? t.rich('obstacles.fact.code', { code }) : '',
  ];
}
