interface Signature {
  bytes: readonly number[];
  at?: number;
  mimeType: string;
  extension: string;
}

const SIGNATURES: readonly Signature[] = [
  { bytes: [0xff, 0xd8, 0xff], mimeType: 'image/jpeg', extension: 'jpg' },
  { bytes: [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a], mimeType: 'image/png', extension: 'png' },
  { bytes: [0x47, 0x49, 0x46, 0x38], mimeType: 'image/gif', extension: 'gif' },
  { bytes: [0x57, 0x45, 0x42, 0x50], at: 8, mimeType: 'image/webp', extension: 'webp' },
  { bytes: [0x25, 0x50, 0x44, 0x46], mimeType: 'application/pdf', extension: 'pdf' },
  { bytes: [0x4f, 0x67, 0x67, 0x53], mimeType: 'audio/ogg', extension: 'ogg' },
  { bytes: [0x49, 0x44, 0x33], mimeType: 'audio/mpeg', extension: 'mp3' },
  { bytes: [0xff, 0xfb], mimeType: 'audio/mpeg', extension: 'mp3' },
  { bytes: [0x57, 0x41, 0x56, 0x45], at: 8, mimeType: 'audio/wav', extension: 'wav' },
  { bytes: [...Buffer.from('#!AMR')], mimeType: 'audio/amr', extension: 'amr' },
  { bytes: [0x66, 0x74, 0x79, 0x70], at: 4, mimeType: 'video/mp4', extension: 'mp4' },
  { bytes: [0x50, 0x4b, 0x03, 0x04], mimeType: 'application/zip', extension: 'zip' },
];

/** Programs, by their first bytes: of Windows, Linux, macOS, Java, Android, a shortcut and a script. */
const PROGRAMS: readonly (readonly number[])[] = [
  [0x4d, 0x5a],
  [0x7f, 0x45, 0x4c, 0x46],
  [0xfe, 0xed, 0xfa, 0xce],
  [0xfe, 0xed, 0xfa, 0xcf],
  [0xce, 0xfa, 0xed, 0xfe],
  [0xcf, 0xfa, 0xed, 0xfe],
  [0xca, 0xfe, 0xba, 0xbe],
  [...Buffer.from('dex\n')],
  [0x4c, 0x00, 0x00, 0x00, 0x01, 0x14, 0x02, 0x00],
  [...Buffer.from('#!/')],
];
/** What an archive holds that is a program as a whole. */
const IN_PROGRAMS = ['AndroidManifest.xml', 'META-INF/MANIFEST.MF'];
/** A script says by its name alone what it is. */
const PROGRAM_NAMES =
  /\.(?:exe|scr|com|bat|cmd|pif|msi|msp|ps1|psm1|vbs|vbe|js|jse|wsf|wsh|hta|lnk|reg|jar|apk|sh|app|dmg|deb|rpm|appimage|run|dll|cpl)$/i;
/** Documents that are archives inside. */
const OFFICE: readonly { holds: string; mimeType: string; extension: string }[] = [
  {
    holds: 'word/',
    mimeType: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
    extension: 'docx',
  },
  { holds: 'xl/', mimeType: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet', extension: 'xlsx' },
  {
    holds: 'ppt/',
    mimeType: 'application/vnd.openxmlformats-officedocument.presentationml.presentation',
    extension: 'pptx',
  },
];

const isZip = (bytes: Uint8Array): boolean => begins(bytes, [0x50, 0x4b, 0x03, 0x04]);
const begins = (bytes: Uint8Array, signature: readonly number[], at = 0): boolean =>
  signature.every((byte, index) => bytes[at + index] === byte);
const holds = (bytes: Uint8Array, text: string): boolean =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).includes(text);

/** What a file is by its content; what nothing is known of is only ever served as a download. */
export function contentType(bytes: Uint8Array): { mimeType: string; extension: string } {
  const office = isZip(bytes) ? OFFICE.find((one) => holds(bytes, one.holds)) : undefined;
  if (office) return { mimeType: office.mimeType, extension: office.extension };
  const known = SIGNATURES.find(({ bytes: signature, at }) => begins(bytes, signature, at));
  if (known) return { mimeType: known.mimeType, extension: known.extension };
  return { mimeType: 'application/octet-stream', extension: 'bin' };
}

/** Whether a file can be run: by its content, whatever it is called, or by a name that a computer would run it by. */
export function isProgram(bytes: Uint8Array, fileName = ''): boolean {
  if (PROGRAM_NAMES.test(fileName.trim())) return true;
  if (PROGRAMS.some((signature) => begins(bytes, signature))) return true;
  return isZip(bytes) && IN_PROGRAMS.some((name) => holds(bytes, name));
}

const PICTURES: ReadonlySet<string> = new Set(['image/jpeg', 'image/png', 'image/webp', 'image/gif']);

/** Whether messengers show it as a picture. */
export const isPicture = (bytes: Uint8Array): boolean => PICTURES.has(contentType(bytes).mimeType);
