/** At most `most` UTF-16 units of a text, with a sign where the rest is left out; no character is halved. Done twice, it changes nothing. */
export function shorten(text: string, most: number): string {
  if (text.length <= most) return text;
  const kept = text
    .slice(0, most - 1)
    .replace(/\p{Surrogate}$/u, '')
    .trimEnd();
  return `${kept}…`;
}
