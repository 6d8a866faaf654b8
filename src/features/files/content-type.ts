const SIGNATURES: readonly { bytes: readonly number[]; at?: number; mimeType: string; extension: string }[] = [
  { bytes: [0xff, 0xd8, 0xff], mimeType: 'image/jpeg', extension: 'jpg' },
  { bytes: [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a], mimeType: 'image/png', extension: 'png' },
  { bytes: [0x47, 0x49, 0x46, 0x38], mimeType: 'image/gif', extension: 'gif' },
  { bytes: [0x57, 0x45, 0x42, 0x50], at: 8, mimeType: 'image/webp', extension: 'webp' },
  { bytes: [0x25, 0x50, 0x44, 0x46], mimeType: 'application/pdf', extension: 'pdf' },
  { bytes: [0x4f, 0x67, 0x67, 0x53], mimeType: 'audio/ogg', extension: 'ogg' },
  { bytes: [0x49, 0x44, 0x33], mimeType: 'audio/mpeg', extension: 'mp3' },
  { bytes: [0x66, 0x74, 0x79, 0x70], at: 4, mimeType: 'video/mp4', extension: 'mp4' },
  { bytes: [0x50, 0x4b, 0x03, 0x04], mimeType: 'application/zip', extension: 'zip' },
];

/** What a file is by its first bytes; what nothing is known of is only ever served as a download. */
export function contentType(bytes: Uint8Array): { mimeType: string; extension: string } {
  const known = SIGNATURES.find(({ bytes: signature, at = 0 }) =>
    signature.every((byte, index) => bytes[at + index] === byte),
  );
  return known ?? { mimeType: 'application/octet-stream', extension: 'bin' };
}
