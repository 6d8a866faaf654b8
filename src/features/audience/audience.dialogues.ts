import {
  listOf,
  textOf,
  tooLate,
  type Answers,
  type ChoicesQuestion,
  type Completion,
  type Dialogue,
} from '../../bot/dialogue/dialogue.ts';
import type { BotContext } from '../../bot/context.ts';
import { parseJalaliTime } from '../../language/jalali-time-parse.ts';
import { LANGUAGES } from '../../language/languages.ts';
import { citiesOf, provinces } from '../../language/places.ts';
import { BUSINESS_KINDS, FIELDS, NEWS_TOPICS } from '../../language/taxonomies.ts';
import { parseTrackingCode } from '../../language/tracking-code.ts';
import type { TextKey, Translator } from '../../language/translator.ts';
import type { OutgoingMessage } from '../../messengers/messenger.ts';
import { MEMBER_STATES, type MemberPages } from '../members/member-pages.service.ts';
import { MOST_PICKED, type Audience, type AudienceFilter, type FilterName } from './audience.ts';
import { filterLabel } from './audience.views.ts';
import { readPicked } from './hand-picked.ts';
import type { Segments } from './segments.service.ts';
import type { Sending, Sendings } from './sendings.service.ts';

export interface AudienceDialogueDeps {
  sendings: Sendings;
  segments: Segments;
  members: Pick<MemberPages, 'byPhoneOrNumber'>;
  /** A case as this person may see it, by its tracking code. */
  caseByCode: (ctx: BotContext, code: string) => Promise<string | null>;
  show: (ctx: BotContext, sending: Sending) => Promise<OutgoingMessage>;
  showSegment: (ctx: BotContext, id: string) => Promise<OutgoingMessage>;
  now: () => Date;
}

/** What a dialogue is about: a sending, or a saved segment. */
export const segmentSubject = (id: string): string => `segment-${id}`;
const segmentIn = (subject: string): string | null => /^segment-(\w+)$/.exec(subject)?.[1] ?? null;

const ROLES = ['officer', 'head', 'council', 'admin'] as const;
const CODES: Record<Exclude<FilterName, 'cities'>, readonly string[]> = {
  kinds: BUSINESS_KINDS,
  fields: FIELDS.map(({ code }) => code),
  provinces: provinces().map(({ code }) => code),
  topics: NEWS_TOPICS,
  states: MEMBER_STATES,
  languages: LANGUAGES,
  roles: ROLES,
};
const ASKED = ['kinds', 'fields', 'provinces', 'topics', 'states', 'languages', 'roles'] as const;

export function audienceDialogues(deps: AudienceDialogueDeps): Dialogue[] {
  return [
    filterDialogue(deps),
    caseDialogue(deps),
    peopleDialogue(deps),
    nameDialogue(deps),
    timeDialogue(deps),
    refusalDialogue(deps),
  ];
}

const isAsked = (name: string) => (answers: Answers) => listOf(answers, 'by').includes(name);

function filterQuestion(name: (typeof ASKED)[number]): ChoicesQuestion {
  return {
    key: name,
    kind: 'choices',
    text: `audience.ask.${name}`,
    label: `audience.filter.${name}`,
    options: (_answers, t) => CODES[name].map((code) => ({ code, label: filterLabel(t, name, code) })),
    min: 1,
    max: CODES[name].length,
    when: isAsked(name),
  };
}

function cityOptions(answers: Answers, t: Translator) {
  return listOf(answers, 'provinces').flatMap((province) =>
    citiesOf(province).map(({ code }) => ({ code, label: filterLabel(t, 'cities', code) })),
  );
}

/** A province of which cities are named stands for those cities. */
function filterFrom(answers: Answers): AudienceFilter {
  const asked = listOf(answers, 'by');
  const of = (name: string): string[] => (asked.includes(name) ? listOf(answers, name) : []);
  const cities = asked.includes('provinces') ? listOf(answers, 'cities') : [];
  const whole = of('provinces').filter((province) => !citiesOf(province).some(({ code }) => cities.includes(code)));
  return { ...Object.fromEntries(ASKED.map((name) => [name, of(name)])), provinces: whole, cities };
}

/** The answers that make this filter, for changing it. */
export function answersOf({ provinces = [], cities = [], ...rest }: AudienceFilter): Record<string, string[]> {
  const named = [...new Set([...provinces, ...cities.map((city) => city.slice(0, 2))])];
  const lists: Record<string, readonly string[]> = { ...rest, provinces: named };
  const by = ASKED.filter((name) => (lists[name]?.length ?? 0) > 0);
  return {
    by: [...by],
    ...Object.fromEntries(by.map((name) => [name, [...(lists[name] ?? [])]])),
    ...(cities.length > 0 ? { cities: [...cities] } : {}),
  };
}

function filterDialogue({ sendings, segments, show, showSegment }: AudienceDialogueDeps): Dialogue {
  const kinds = ASKED.map(filterQuestion);
  const afterProvinces = kinds.findIndex(({ key }) => key === 'provinces') + 1;
  return {
    name: 'audience-filter',
    title: 'audience.ask.title',
    send: 'audience.ask.send',
    questions: [
      {
        key: 'by',
        kind: 'choices',
        text: 'audience.ask.by',
        label: 'audience.ask.byLabel',
        options: (_answers, t) => ASKED.map((code) => ({ code, label: t.text(`audience.filter.${code}`) })),
        min: 1,
        max: ASKED.length,
      },
      ...kinds.slice(0, afterProvinces),
      {
        key: 'cities',
        kind: 'choices',
        text: 'audience.ask.cities',
        label: 'audience.filter.cities',
        options: cityOptions,
        min: 1,
        max: 100,
        optional: true,
        when: isAsked('provinces'),
      },
      ...kinds.slice(afterProvinces),
    ],
    async complete(ctx, { draftId, subject, answers }) {
      const audience: Audience = { kind: 'filter', filter: filterFrom(answers) };
      const segment = segmentIn(subject);
      if (segment === null) return planned(ctx, await sendings.plan(ctx.person, subject, { audience }), show);
      const changed = await segments.change(ctx.person, segment, { changes: { audience }, source: draftId });
      return changed?.kind === 'saved' ? showSegment(ctx, segment) : notYours(ctx);
    },
  };
}

const notYours = (ctx: BotContext): Completion => tooLate({ text: ctx.t.rich('audience.sending.notYours') });

async function planned(
  ctx: BotContext,
  sending: Sending | null,
  show: AudienceDialogueDeps['show'],
): Promise<Completion> {
  return sending ? show(ctx, sending) : notYours(ctx);
}

function caseDialogue({ sendings, caseByCode, show }: AudienceDialogueDeps): Dialogue {
  return {
    name: 'audience-case',
    title: 'audience.case.title',
    send: 'audience.case.send',
    atOnce: true,
    questions: [
      {
        key: 'code',
        kind: 'text',
        text: 'audience.case.question',
        label: 'audience.case.label',
        min: 4,
        max: 30,
        code: true,
        check(typed) {
          const parsed = parseTrackingCode(typed);
          return parsed.ok ? { ok: true, value: parsed.code } : { ok: false, error: 'audience.case.error' };
        },
      },
    ],
    async complete(ctx, { subject, answers }) {
      const code = textOf(answers, 'code');
      const caseId = await caseByCode(ctx, code);
      if (caseId === null) return tooLate({ text: ctx.t.rich('audience.case.unknown', { code }) });
      return planned(ctx, await sendings.plan(ctx.person, subject, { audience: { kind: 'case', caseId, code } }), show);
    },
  };
}

const UNKNOWN_SHOWN = 20;

function peopleDialogue({ sendings, members, show }: AudienceDialogueDeps): Dialogue {
  return {
    name: 'audience-people',
    title: 'audience.people.title',
    send: 'audience.people.send',
    atOnce: true,
    questions: [
      {
        key: 'people',
        kind: 'text',
        text: 'audience.people.question',
        hint: 'audience.people.hint',
        label: 'audience.people.label',
        min: 2,
        max: 8000,
        multiline: true,
        check: (typed) =>
          readPicked(typed).length > MOST_PICKED
            ? { ok: false, error: 'audience.people.tooMany', values: { most: MOST_PICKED } }
            : { ok: true, value: typed },
      },
    ],
    async complete(ctx, { subject, answers }) {
      const picked = readPicked(textOf(answers, 'people'));
      const known = await members.byPhoneOrNumber(picked.map(({ key }) => key));
      const unknown = picked.filter(({ key }) => !known.has(key)).map(({ typed }) => typed);
      const list = unknown.slice(0, UNKNOWN_SHOWN).join('\n');
      if (unknown.length > 0)
        await ctx.show({ text: ctx.t.rich('audience.people.unknown', { people: unknown.length, list }) });
      if (known.size === 0) return tooLate({ text: ctx.t.rich('audience.people.nobody') });
      const audience: Audience = { kind: 'people', ids: [...known.values()] };
      return planned(ctx, await sendings.plan(ctx.person, subject, { audience }), show);
    },
  };
}

function nameDialogue({ sendings, segments, show, showSegment }: AudienceDialogueDeps): Dialogue {
  return {
    name: 'segment-name',
    title: 'audience.segment.nameTitle',
    send: 'audience.segment.nameSend',
    atOnce: true,
    questions: [
      {
        key: 'name',
        kind: 'text',
        text: 'audience.segment.question',
        label: 'audience.segment.label',
        min: 2,
        max: 30,
      },
    ],
    async complete(ctx, { draftId, subject, answers }) {
      const name = textOf(answers, 'name');
      const segmentId = segmentIn(subject);
      const sending = segmentId === null ? await sendings.find(subject) : null;
      const saved =
        segmentId !== null
          ? await segments.change(ctx.person, segmentId, { changes: { name }, source: draftId })
          : sending && (await segments.add(ctx.person, { name, audience: sending.audience }, draftId));
      if (saved?.kind !== 'saved')
        return saved?.kind === 'taken' ? tooLate({ text: ctx.t.rich('audience.segment.taken') }) : notYours(ctx);
      if (!sending) return showSegment(ctx, saved.segment.id);
      const { audience } = sending;
      const plan = await sendings.plan(ctx.person, sending.id, { audience, segment: name });
      await ctx.show({ text: ctx.t.rich('audience.segment.saved', { name }) });
      return planned(ctx, plan, show);
    },
  };
}

const TIME_ERRORS: Record<'not-a-time' | 'no-hour' | 'no-such-day' | 'past', TextKey> = {
  'not-a-time': 'audience.time.error.notATime',
  'no-hour': 'audience.time.error.noHour',
  'no-such-day': 'audience.time.error.noSuchDay',
  past: 'audience.time.error.past',
};

function timeDialogue({ sendings, show, now }: AudienceDialogueDeps): Dialogue {
  return {
    name: 'sending-time',
    title: 'audience.time.title',
    send: 'audience.time.send',
    atOnce: true,
    questions: [
      {
        key: 'time',
        kind: 'text',
        text: 'audience.time.question',
        hint: 'audience.time.hint',
        label: 'audience.time.label',
        min: 2,
        max: 60,
        check(typed) {
          const parsed = parseJalaliTime(typed, now());
          if (parsed.ok) return { ok: true, value: parsed.at.toISOString() };
          return { ok: false, error: TIME_ERRORS[parsed.reason] };
        },
        shown: (kept, t) => t.date(new Date(kept), 'dateTime'),
      },
    ],
    async complete(ctx, { subject, answers }) {
      const at = new Date(textOf(answers, 'time'));
      return planned(ctx, await sendings.plan(ctx.person, subject, { at }), show);
    },
  };
}

function refusalDialogue({ sendings }: AudienceDialogueDeps): Dialogue {
  return {
    name: 'sending-refusal',
    title: 'audience.refusal.title',
    send: 'audience.refusal.send',
    questions: [
      {
        key: 'reason',
        kind: 'text',
        text: 'audience.refusal.question',
        label: 'audience.refusal.label',
        min: 3,
        max: 500,
        multiline: true,
      },
    ],
    async complete(ctx, { draftId, subject, answers }) {
      const reason = textOf(answers, 'reason');
      const outcome = await sendings.refuse(ctx.person, subject, { source: draftId, reason });
      const message = { text: ctx.t.rich(`audience.decision.${outcome.kind}`) };
      return outcome.kind === 'refused' ? message : tooLate(message);
    },
  };
}
