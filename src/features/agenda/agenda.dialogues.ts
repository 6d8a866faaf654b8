import type { BotContext } from '../../bot/context.ts';
import {
  numberOf,
  textOf,
  tooLate,
  type Checked,
  type Completion,
  type Dialogue,
  type Question,
} from '../../bot/dialogue/dialogue.ts';
import { parseTrackingCode } from '../../language/tracking-code.ts';
import type { OutgoingMessage } from '../../messengers/messenger.ts';
import type { Plans } from '../programmes/plans.service.ts';
import { OUTCOMES, VOTES, type AgendaOutcome, type Agendas } from './agenda.service.ts';
import { agendaButton, itemButton } from './agenda.views.ts';

export interface AgendaDialogueDeps {
  agendas: Agendas;
  plans: () => Plans;
}

const MOST_CODES = 20;

export const actorOf = (ctx: BotContext) => ({ id: ctx.person.id, roles: ctx.person.roles });

/** The item that a form is about: `<agenda>.<case>`, and what else it needs. */
export const subjectOf = (...parts: readonly string[]): string => parts.join('.');
const readSubject = (subject: string): { id: string; obstacleId: string; rest: string } => {
  const [id = '', obstacleId = '', rest = ''] = subject.split('.');
  return { id, obstacleId, rest };
};

function checkCode(typed: string): Checked<string> {
  const parsed = parseTrackingCode(typed);
  return parsed.ok ? { ok: true, value: parsed.code } : { ok: false, error: 'desk.error.code' };
}

function checkCodes(typed: string): Checked<string> {
  const parsed = typed
    .split(/[\s،,؛]+/)
    .filter((one) => one !== '')
    .map(parseTrackingCode);
  const codes = parsed.flatMap((one) => (one.ok ? [one.code] : []));
  return codes.length === parsed.length && codes.length <= MOST_CODES
    ? { ok: true, value: codes.join('\n') }
    : { ok: false, error: 'desk.error.code' };
}

export function outcomeMessage(
  ctx: BotContext,
  outcome: AgendaOutcome,
  done: { text: 'voted' | 'decided' | 'added'; obstacleId?: string },
): Completion {
  const { t } = ctx;
  if (outcome.kind === 'forbidden' || outcome.kind === 'gone')
    return tooLate({ text: t.rich(`agenda.act.${outcome.kind}`) });
  const { agenda, kind } = outcome;
  const rows = [[{ label: t.text('agenda.button.all'), data: agendaButton.data(agenda.id) }]];
  const item = agenda.items.find(({ obstacleId }) => obstacleId === done.obstacleId);
  if (item) rows.unshift([{ label: t.text('agenda.button.item'), data: itemButton.data(agenda.id, item.obstacleId) }]);
  const isLater = done.text === 'decided' && item?.decision?.outcome === 'later';
  const text =
    kind === 'done'
      ? t.rich(`agenda.act.${isLater ? 'later' : done.text}`, { count: item?.decision?.moved.length ?? 0 })
      : kind === 'no-quorum'
        ? t.rich('agenda.act.noQuorum', { quorum: agenda.quorum })
        : t.rich('agenda.act.movedOn');
  const message: OutgoingMessage = { text, keyboard: { kind: 'inline', rows } };
  return kind === 'done' ? message : tooLate(message);
}

export function agendaDialogues({ agendas, plans }: AgendaDialogueDeps): Dialogue[] {
  const decision: Question[] = [
    {
      key: 'outcome',
      kind: 'choice',
      text: 'agenda.decide.outcome',
      label: 'agenda.decide.outcomeLabel',
      options: (_answers, t) => OUTCOMES.map((code) => ({ code, label: t.text(`agenda.outcome.${code}`) })),
    },
    {
      key: 'programme',
      kind: 'choice',
      text: 'agenda.decide.programme',
      label: 'desk.label.programme',
      options: () => plans().options(),
      freeText: { max: 120 },
      when: (answers) => answers['outcome'] === 'plan',
    },
    {
      key: 'body',
      kind: 'text',
      text: 'agenda.decide.body',
      label: 'desk.label.body',
      min: 2,
      max: 100,
      when: (answers) => answers['outcome'] === 'refer',
    },
    {
      key: 'text',
      kind: 'text',
      text: 'agenda.decide.text',
      label: 'agenda.decide.textLabel',
      min: 5,
      max: 1000,
      multiline: true,
    },
    {
      key: 'dueOn',
      kind: 'date',
      tense: 'future',
      text: 'agenda.decide.dueOn',
      label: 'desk.label.dueOn',
      optional: true,
      when: (answers) => answers['outcome'] !== 'later',
    },
    {
      key: 'alsoCodes',
      kind: 'text',
      text: 'agenda.decide.alsoCodes',
      label: 'agenda.decide.alsoLabel',
      min: 8,
      max: 300,
      multiline: true,
      optional: true,
      check: checkCodes,
      when: (answers) => answers['outcome'] !== 'later',
    },
  ];

  return [
    {
      name: 'agenda-add',
      title: 'agenda.add.title',
      send: 'agenda.add.send',
      questions: [
        {
          key: 'code',
          kind: 'text',
          text: 'agenda.add.code',
          label: 'agenda.add.codeLabel',
          min: 8,
          max: 20,
          check: checkCode,
          code: true,
        },
      ],
      async complete(ctx, { draftId, subject, answers }) {
        const code = textOf(answers, 'code');
        return outcomeMessage(ctx, await agendas.add(actorOf(ctx), subject, { code, source: draftId }), {
          text: 'added',
        });
      },
    },
    {
      name: 'council-word',
      title: 'agenda.word.title',
      send: 'agenda.word.send',
      questions: [
        {
          key: 'comment',
          kind: 'text',
          text: 'agenda.word.comment',
          label: 'agenda.word.commentLabel',
          min: 3,
          max: 600,
          multiline: true,
        },
      ],
      async complete(ctx, { draftId, subject, answers }) {
        const { id, obstacleId, rest } = readSubject(subject);
        const vote = VOTES.find((one) => one === rest);
        if (!vote) return tooLate({ text: ctx.t.rich('agenda.act.gone') });
        const word = { obstacleId, vote, comment: textOf(answers, 'comment'), source: draftId };
        return outcomeMessage(ctx, await agendas.vote(actorOf(ctx), id, word), { text: 'voted', obstacleId });
      },
    },
    {
      name: 'council-decision',
      title: 'agenda.decide.title',
      send: 'agenda.decide.send',
      questions: decision,
      async complete(ctx, { draftId, subject, answers }) {
        const { id, obstacleId } = readSubject(subject);
        const outcome = await agendas.decide(actorOf(ctx), id, {
          obstacleId,
          outcome: OUTCOMES.find((one) => one === answers['outcome']) ?? 'later',
          text: textOf(answers, 'text'),
          body: textOf(answers, 'body'),
          programme: textOf(answers, 'programme'),
          dueOn: textOf(answers, 'dueOn'),
          alsoCodes: textOf(answers, 'alsoCodes')
            .split('\n')
            .filter((code) => code !== ''),
          source: draftId,
        });
        return outcomeMessage(ctx, outcome, { text: 'decided', obstacleId });
      },
    },
    {
      name: 'council-quorum',
      title: 'agenda.quorum.title',
      send: 'agenda.quorum.send',
      questions: [
        {
          key: 'quorum',
          kind: 'number',
          text: 'agenda.quorum.ask',
          label: 'agenda.quorum.label',
          min: 1,
          max: 99,
          optional: true,
        },
      ],
      async complete(ctx, { draftId, answers }) {
        const isSet = await agendas.setQuorum(actorOf(ctx), numberOf(answers, 'quorum'), draftId);
        return isSet
          ? { text: ctx.t.rich('agenda.quorum.done') }
          : tooLate({ text: ctx.t.rich('agenda.act.forbidden') });
      },
    },
  ];
}
