import type { MessengerError, OutgoingMessage } from '../messengers/messenger.ts';
import { attemptOf, errorText, partsToSend, type Attempt } from './attempt.ts';
import { CHAT_PATIENCE_MS, each, keep, refusedBy, type ChangeDeps, type Original } from './changing.ts';
import type { Sendable, SentPart } from './delivery.model.ts';

/** A message as it stands at the person. */
interface Place {
  id: number;
  file?: string | undefined;
}

/** Stands for the file that a message has and keeps: an edit then changes the caption. */
const FILE_THAT_STAYS = { kind: 'document', file: { fileId: '' } } as const;

/**
 * Brings at one person what was sent to them up to date: texts, keyboards and, where the messenger can, files. A file that
 * it can't change (`file-kept`) does not keep the text from being changed.
 */
export async function edit(
  deps: ChangeDeps,
  delivery: Sendable,
  { original, payload }: { original: Original; payload: unknown },
): Promise<Attempt> {
  const { memberId, language, messenger, chatId, kind } = delivery;
  const { client, renderer } = deps;
  if (renderer === undefined) {
    return { result: 'refused', code: 'no-renderer', text: `No renderer is registered for kind "${kind}"` };
  }
  const options = { lane: 'bulk' as const, chatPatienceMs: CHAT_PATIENCE_MS, ...deps.calledOff };
  const sent = original.parts ?? [];
  const others = sent.filter((part) => part.messenger !== messenger);
  const before = sent.filter((part) => part.messenger === messenger).flatMap(placesOf);
  let messages: OutgoingMessage[];
  try {
    const rendered = await renderer(payload, { memberId, language, messenger, chatId });
    messages = partsToSend(client, asCaption(before[0], rendered));
  } catch (error) {
    return { result: 'refused', code: 'render-error', text: errorText(error) };
  }
  if (messages.length === 0) {
    return { result: 'refused', code: 'nothing-to-show', text: 'Nothing is left of it: recall it instead' };
  }

  let refusal: MessengerError | undefined;
  let isFileKept = false;
  const places: Place[] = [];
  const keepPlaces = (): Promise<void> => {
    const here = places.map(({ id, file }): SentPart => {
      return { messenger, chatId, ids: [id], ...(file === undefined ? {} : { file }) };
    });
    return keep(deps, original, { parts: [...others, ...here] });
  };

  for (const [index, place] of before.slice(0, messages.length).entries()) {
    const message = messages[index]!;
    const wanted = message.media === FILE_THAT_STAYS ? undefined : message.media?.key;
    let { file } = place;
    refusal ??= await each(async () => {
      if (wanted === file && message.media !== FILE_THAT_STAYS) return client.edit(chatId, place.id, message, options);
      if (wanted !== undefined && client.capabilities.editMedia.includes(message.media!.kind)) {
        const prepared = deps.uploads.prepare(messenger, message);
        const edited = await client.editFile(chatId, place.id, { ...prepared, media: prepared.media! }, options);
        deps.uploads.remember(messenger, message, [edited]);
        file = wanted;
        return;
      }
      isFileKept = true;
      const media = file === undefined ? undefined : FILE_THAT_STAYS;
      return client.edit(chatId, place.id, { ...message, media }, options);
    });
    places.push({ id: place.id, file });
  }
  for (const place of before.slice(messages.length)) {
    const failed = await each(() => client.delete(chatId, place.id, options));
    if (failed) places.push(place);
  }
  const hasOtherFiles = places.some(({ id, file }) => before.find((place) => place.id === id)?.file !== file);
  if (places.length < before.length || hasOtherFiles) await keepPlaces();
  // A text that has grown goes on in further messages, but only at those who had all of it.
  const added = original.state === 'sent' && before.length > 0 && !refusal ? messages.slice(before.length) : [];
  if (added.length > 0) await deps.keepAdding();
  for (const message of added) {
    try {
      for (const { messageId } of await client.send(chatId, message, options)) places.push({ id: messageId });
    } catch (error) {
      // Not as a change that failed: sent again it would be there twice.
      return attemptOf(error, deps.calledOff);
    }
    await keepPlaces();
  }
  if (refusal) return refusedBy(refusal);
  if (isFileKept)
    return { result: 'refused', code: 'file-kept', text: `The file could not be changed on ${messenger}` };
  return { result: 'sent', parts: [] };
}

const placesOf = ({ ids, file }: SentPart): Place[] => ids.map((id, index) => (index === 0 ? { id, file } : { id }));

/** Where a file stays that the new content has none of, the first message has a caption's room only. */
function asCaption(place: Place | undefined, rendered: readonly OutgoingMessage[]): readonly OutgoingMessage[] {
  const [first, ...rest] = rendered;
  if (first === undefined || place?.file === undefined || first.media !== undefined) return rendered;
  return [{ ...first, media: FILE_THAT_STAYS }, ...rest];
}
