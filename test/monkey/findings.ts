import type { ApiCall } from '../../src/simulator/simulator.ts';
import { HOSTILE_TEXTS } from '../support/hostile-texts.ts';
import { callFaults, textFaults } from '../support/text-faults.ts';
import { COMMON_ANSWERS } from './actions.ts';
import type { Player } from './player.ts';
import { MARKER, type MonkeyWorld } from './world.ts';

export interface Finding {
  /** The same for findings of one cause, as far as that can be seen from outside. */
  kind: string;
  what: string;
  /** Whose doing it may be. */
  players: Player[];
}

/**
 * Refusals that the bot asks for on purpose, because asking first would cost a call: a keyboard that is gone already, a
 * message that shows what it should, a press that is too old to be answered.
 */
const EXPECTED_REFUSALS: readonly RegExp[] = [
  /message is not modified/,
  /message (?:to edit )?not found/,
  /message can't be edited/,
  /query is too old|query_id_invalid|query_id: must be a valid value/i,
];

/** A group that threw the bot out, or has grown into another, says so to the next card. */
const REFUSAL_OF_A_GROUP =
  /permission_denied|bot was kicked|not a member|group chat was upgraded|chat not found|no such group/i;

/** Looks at what left since the last time; `onCall` hears of each call as well. */
export function createWatch(world: MonkeyWorld, onCall: (call: ApiCall) => void = () => {}) {
  const servers = [world.simulator.telegram, world.simulator.bale] as const;
  const seen = new Map<string, ApiCall | undefined>(servers.map(({ profile, calls }) => [profile, calls.at(-1)]));
  const byMarker = new Map(world.people.map((player) => [player.marker, player]));
  const byPhone = new Map<string, Player[]>();
  for (const player of world.people) {
    const phone = (player.person.record.phone ?? '').slice(-10);
    byPhone.set(phone, [...(byPhone.get(phone) ?? []), player]);
  }
  const theirLines = new Set<string>();
  const leaks: { viewer: Player; owner: Player; what: 'phone' | 'phone that was written' | 'words'; text: string }[] =
    [];

  const judge = (call: ApiCall, messenger: 'telegram' | 'bale'): Finding[] => {
    const viewer = world.people.find(
      (player) => player.messenger === messenger && player.person.id === call.payload['chat_id'],
    );
    const players = viewer ? [viewer] : [];
    const ours = withoutPeoplesWords(call, theirLines);
    const hasTheirs = JSON.stringify(ours.payload).search(MARKER) !== -1;
    const faults = callFaults(ours, messenger).filter((fault) => !(hasTheirs && fault.includes('digit')));
    const findings: Finding[] = faults.map((fault) => ({
      kind: fault.split(': "')[0] ?? fault,
      what: fault,
      players,
    }));
    if (!call.ok && call.fault === undefined && call.method !== 'getUpdates') {
      const description = call.error?.description ?? '';
      const isGroups = viewer === undefined && REFUSAL_OF_A_GROUP.test(description);
      if (!isGroups && !EXPECTED_REFUSALS.some((expected) => expected.test(description))) {
        const what = `${messenger} refused ${call.method}: ${description} ${JSON.stringify(call.payload).slice(0, 500)}`;
        findings.push({ kind: `${call.method} refused: ${description}`, what, players });
      }
    }
    if (viewer) findLeaks(call, viewer);
    return findings;
  };

  const findLeaks = (call: ApiCall, viewer: Player): void => {
    const text = [call.payload['text'], call.payload['caption']].filter((part) => typeof part === 'string').join('\n');
    for (const [marker] of text.matchAll(MARKER)) {
      const owner = byMarker.get(marker);
      if (owner && owner.person.record.phone !== viewer.person.record.phone)
        leaks.push({ viewer, owner, what: 'words', text });
    }
    for (const phone of phonesIn(text)) {
      const owners = byPhone.get(phone);
      if (!owners?.[0] || owners.includes(viewer)) continue;
      const ours = withoutLines(withoutWords(text), theirLines);
      const what = phonesIn(ours).includes(phone) ? 'phone' : 'phone that was written';
      leaks.push({ viewer, owner: owners[0], what, text });
    }
  };

  return {
    /** What is wrong with the calls since the last time. */
    async look(): Promise<Finding[]> {
      const findings: Finding[] = world.takeProblems().map((problem) => ({
        kind: problem.slice(0, 60),
        what: problem,
        players: [],
      }));
      for (const { person } of world.people)
        for (const { from, text } of person.chat.slice(-LOOKS_BACK))
          if (from === 'person')
            for (const line of text.split('\n')) if (/[0-9]/.test(line)) theirLines.add(bare(line));
      for (const { profile, calls } of servers) {
        const from = calls.lastIndexOf(seen.get(profile) as ApiCall) + 1;
        for (const call of calls.slice(from)) {
          onCall(call);
          findings.push(...judge(call, profile));
        }
        seen.set(profile, calls.at(-1));
      }
      const staff = leaks.length === 0 ? new Set<string>() : await staffOf(world);
      const titles = leaks.length === 0 ? [] : await publicTitles(world);
      const circles = leaks.length === 0 ? [] : await circlesOf(world);
      for (const { viewer, owner, what, text } of leaks.splice(0)) {
        // The secretariat reads what members write, also their numbers; what it is shown of them is masked.
        if (what !== 'phone' && staff.has(keyOf(viewer))) continue;
        // What the secretariat writes is for others to read, whatever it is, and stays when a role is taken away.
        if (what !== 'phone' && (owner.isStaff || staff.has(keyOf(owner)))) continue;
        if (isPublic(text)) continue;
        if (what === 'words' && circles.some((circle) => circle.has(keyOf(viewer)) && circle.has(keyOf(owner))))
          continue;
        if (what === 'words' && !withoutTitles(text, titles).includes(owner.marker)) continue;
        findings.push({
          kind: `${what} of another in: ${text.replaceAll(MARKER, '…').slice(0, 40)}`,
          what: `${viewer.name} reads ${what} of ${owner.name}: ${JSON.stringify(text.slice(0, 400))}`,
          players: [viewer, owner],
        });
      }
      return findings;
    },
  };
}

/** The last ten digits of each, whatever its digits. */
function phonesIn(text: string): string[] {
  const digits = text.replaceAll(/[۰-۹]/g, (digit) => String(digit.charCodeAt(0) - 0x06f0)).replaceAll(/[ -]/g, '');
  return digits.match(/9\d{9}/g) ?? [];
}

/** FSI and PDI hold what people wrote; numbers of ours stand in LRI and PDI, and so does that of a document, as it was written. */
const withoutWords = (text: string): string => text.replaceAll(/(?:\u2068|· شمارهٔ \u2066)[^\u2069]*\u2069/g, '');

const SAID: ReadonlySet<string> = new Set([...HOSTILE_TEXTS, ...COMMON_ANSWERS]);
/** What a burst and an edit of it may come to within one round, and more. */
const LOOKS_BACK = 12;
/** As it is kept of what people write. */
const bare = (line: string): string =>
  line
    .replaceAll(/\p{Cf}/gu, '')
    .replaceAll(/\s+/g, ' ')
    .trim();
/**
 * An answer of several lines is shown without marks around it: a whole line that people say here is somebody's, also one of
 * a message of ours that they sent back, which has lost its marks with that.
 */
function withoutLines(text: string, theirs: ReadonlySet<string>): string {
  const isSaid = (line: string): boolean => SAID.has(line) || theirs.has(bare(line)) || /^09\d{9}$/.test(line);
  return text
    .split('\n')
    .map((line) => (isSaid(line.trim()) || isSaid(line.replace(/^.*? ?: /, '').trim()) ? '…' : line))
    .join('\n');
}

/**
 * FSI and PDI hold what people wrote, which may be anything; what stands around it is ours. Labels of buttons have no such
 * marks: there only what is never ours is looked for, and not where the words are somebody's.
 */
function withoutPeoplesWords(call: ApiCall, theirs: ReadonlySet<string>): ApiCall {
  const json = JSON.stringify(call.payload).replaceAll(/\u2068[^\u2069]*\u2069/g, (words) => '…'.repeat(words.length));
  const payload = JSON.parse(json, (key, value: unknown) =>
    key === 'text' && typeof value === 'string' ? (isSomebodys(value) ? '…' : withoutLines(value, theirs)) : value,
  ) as ApiCall['payload'];
  return { ...call, payload };
}

/** Long enough not to be ours by chance. */
const LOADED = HOSTILE_TEXTS.filter((text) => textFaults(`${text} ا`).length > 0).map((text) => text.slice(0, 12));
const isSomebodys = (label: string): boolean =>
  label.length < 100 && (/[0-9]/.test(label) || LOADED.some((text) => label.includes(text)));

const keyOf = ({ messenger, person }: Player): string => `${messenger}:${person.id}`;

async function staffOf({ app }: MonkeyWorld): Promise<Set<string>> {
  const staff = await app.features.members.withRole(['officer', 'head', 'council', 'admin']);
  return new Set(staff.flatMap(({ accounts }) => accounts.map(({ messenger, userId }) => `${messenger}:${userId}`)));
}

/** Who may know one another's names: the people of each business, and those who ask to join it or are asked. */
async function circlesOf({ app }: MonkeyWorld): Promise<Set<string>[]> {
  const { connection } = app.database;
  const everybody = await connection.collection('members').find().toArray();
  const keysOf = new Map(
    everybody.map(({ _id, accounts }) => [
      String(_id),
      (accounts as { messenger: string; userId: number }[]).map(({ messenger, userId }) => `${messenger}:${userId}`),
    ]),
  );
  const offers = await connection.collection('offers').find().toArray();
  const businesses = await connection.collection('businesses').find().toArray();
  return businesses.map(({ _id, people }) => {
    const own = (people as { memberId: unknown }[]).map(({ memberId }) => memberId);
    const asking = offers.filter(({ businessId }) => String(businessId) === String(_id));
    const all = [...own, ...asking.flatMap(({ fromId, toId, answeredBy }) => [fromId, toId, answeredBy])];
    return new Set(all.flatMap((id) => keysOf.get(String(id)) ?? []));
  });
}

/** What members send to one another through the directory, and what they put there for all to see. */
const isPublic = (text: string): boolean => text.startsWith('✉️') || /شمارهٔ هیچ‌کدام از شما|Neither of you/.test(text);

/** What stands, or stood, on the board: reporters chose that everybody may read it. */
async function publicTitles({ app }: MonkeyWorld): Promise<string[]> {
  const cases = app.database.connection.collection<{ publicTitle?: string }>('obstacles');
  const found = await cases.find({ publicTitle: { $type: 'string' } }, { projection: { publicTitle: 1 } }).toArray();
  return found.map(({ publicTitle = '' }) => publicTitle);
}

const withoutTitles = (text: string, titles: readonly string[]): string =>
  text.replaceAll(/\u2068([^\u2069]*)\u2069/g, (value, words: string) =>
    titles.some((title) => title === words || (words.endsWith('…') && title.startsWith(words.slice(0, -1))))
      ? ''
      : value,
  );
