import type { Translator } from '../../language/translator.ts';
import type { FileSource, MediaKind, OutgoingMessage } from '../../messengers/messenger.ts';
import type { Obstacle } from '../obstacles/obstacles.service.ts';
import type { GroupNews } from './staff-group.choosing.ts';

/** What an admin hears of the staff group. */
export const groupNotice = (t: Translator, { what, messenger, title }: GroupNews): OutgoingMessage => ({
  text: t.rich(`desk.group.notice.${what}`, { title, messenger: t.text(`news.messenger.${messenger}`) }),
});

/** What comes with an officer's answer. */
export const groupFileMessage = (
  t: Translator,
  { title, code }: Obstacle,
  { kind, storedId, source }: { kind: MediaKind; storedId: string; source: FileSource },
): OutgoingMessage => ({
  text: t.rich('desk.group.file', { title, code }),
  media: { kind, file: source, key: storedId },
});
