import { Types, type Connection, type Schema, type SchemaType } from 'mongoose';

/** Ids of other things than members. What is new and no member's is added here, after a look. */
const OF_OTHERS: readonly RegExp[] = [
  /\.(?:draftId|keyId|companyId|fileId|storedId|newsId|campaignId|programmeId|businessId|otherBusinessId|obstacleId|agendaId|threadId|sourceId|itemId)$/,
  /^deliveries\.changes\._id$/,
  /^deliveries\.claimedBy$/,
  // Which side of two, not who.
  /^joins\.refusedBy$/,
  /^contactThreads\.blockedBy$/,
  /^contactMessages\.from$/,
  // From one state to another.
  /^obstacles\.history\.(?:from|to)$/,
  /^drafts\.mark$/,
  /^desk_selections\.cases$/,
  // A case, or a business.
  /^desk_news\.subjectId$/,
  /^programmes\.cases\.id$/,
  /^(?:businesses|obstacles)\.mergedInto$/,
];
/** A text that is named like an id, or like somebody's hand. */
const NAMED_LIKE_ID = /(?:^|\.)(?:\w*(?:Id|Ids|By|Of)|by|to|from|owner|actor|author|member|person)$/;

interface Path {
  path: string;
  type: SchemaType;
  lists: readonly number[];
}

function pathsOf(schema: Schema, before: readonly string[] = [], lists: readonly number[] = []): Path[] {
  const found: Path[] = [];
  schema.eachPath((name, type) => {
    const place = [...before, ...name.split('.')];
    const isList = type.instance === 'Array';
    const inner = isList ? [...lists, place.length - 1] : lists;
    if (type.schema) found.push(...pathsOf(type.schema, place, inner));
    else found.push({ path: place.join('.'), type, lists: inner });
  });
  return found;
}

const innerOf = (type: SchemaType): string =>
  type.instance === 'Array'
    ? ((type as unknown as { embeddedSchemaType?: SchemaType; caster?: SchemaType }).embeddedSchemaType?.instance ?? '')
    : type.instance;

/** Every path of every schema that may hold a member's id, as `collection.path`. */
export function memberPaths(
  connection: Connection,
  models: readonly { schema: Schema; collection: { name: string } }[] = Object.values(connection.models),
): string[] {
  return models.flatMap((model) =>
    pathsOf(model.schema)
      .filter(({ path, type }) => {
        const kind = innerOf(type);
        // One that the database gives by itself is the document's own.
        if (path.endsWith('_id') && (type.options as { auto?: boolean }).auto) return false;
        return kind === 'ObjectId' || (kind === 'String' && NAMED_LIKE_ID.test(path) && path !== '_id');
      })
      .map(({ path }) => `${model.collection.name}.${path}`)
      .filter((path) => !OF_OTHERS.some((pattern) => pattern.test(path))),
  );
}

/** What a text must be for whoever reads it. */
const TEXTS: Readonly<Record<string, () => string>> = {
  audience: () => JSON.stringify({ kind: 'all' }),
  before: () => 'null',
  after: () => 'null',
  payload: () => '{}',
  kind: () => 'member',
  queue: () => '1-direct',
};

function valueFor(path: string, type: SchemaType, member: { id: string; holds: boolean }): unknown {
  const kind = innerOf(type);
  const name = path.split('.').at(-1) ?? '';
  const one = (): unknown => {
    if (kind === 'ObjectId') return member.holds ? new Types.ObjectId(member.id) : new Types.ObjectId();
    if (kind === 'String') {
      if (member.holds) return member.id;
      const { enum: values } = type.options as { enum?: readonly (string | null)[] };
      return TEXTS[name]?.() ?? values?.[0] ?? `some ${name}`;
    }
    if (kind === 'Number') return 1;
    if (kind === 'Boolean') return false;
    return kind === 'Date' ? new Date('2100-01-01') : {};
  };
  return type.instance === 'Array' ? [one()] : one();
}

/** One document of a collection, as its schema has it, with the member in one place. */
export function documentAbout(schema: Schema, collection: string, { id, path: own }: { id: string; path: string }) {
  const document: Record<string, unknown> = {};
  for (const { path, type, lists } of pathsOf(schema)) {
    const steps = path.split('.');
    let at = document;
    for (const [index, step] of steps.slice(0, -1).entries()) {
      const isList = lists.includes(index);
      at[step] ??= isList ? [{}] : {};
      at = (isList ? (at[step] as Record<string, unknown>[])[0] : at[step]) as Record<string, unknown>;
    }
    at[steps.at(-1) ?? ''] = valueFor(path, type, { id, holds: `${collection}.${path}` === own });
  }
  return document;
}

/** A document with these words in every text that is neither an id nor one of a few fixed ones. */
export function filledDocument(schema: Schema, words: string): Record<string, unknown> {
  const document = documentAbout(schema, '', { id: '', path: '' });
  for (const { path, type, lists } of pathsOf(schema)) {
    const { enum: values } = type.options as { enum?: unknown };
    const steps = path.split('.');
    const name = steps.at(-1) ?? '';
    if (innerOf(type) !== 'String' || values || name === '_id' || NAMED_LIKE_ID.test(path)) continue;
    if (name in TEXTS && name !== 'before' && name !== 'after' && name !== 'payload') continue;
    let at = document;
    for (const [index, step] of steps.slice(0, -1).entries())
      at = (lists.includes(index) ? (at[step] as Record<string, unknown>[])[0] : at[step]) as Record<string, unknown>;
    const text = name in TEXTS ? JSON.stringify({ title: words, phones: [words] }) : words;
    at[name] = type.instance === 'Array' ? [text] : text;
  }
  return document;
}
