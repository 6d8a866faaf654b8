/** UTF-16 units as it is kept, and as it may be typed: encoding makes it longer, a fragment that is dropped shorter. */
const LONGEST = 200;
const LONGEST_TYPED = 1000;

/**
 * An address as people write it (`Example.ir`, `http://example.ir/`), as the one that is kept and shown. Null for what is
 * not a public http(s) address: another scheme, a name and password in it, a number or a lone word for a host.
 */
export function tidyWebsite(typed: string): string | null {
  if (typed.length > LONGEST_TYPED) return null;
  const written = typed.trim();
  if (/\s/.test(written)) return null;
  const address =
    /^[a-z][a-z\d+.-]*:/i.test(written) && !/^(?=[^/:]*\.)[^/:]+:\d/.test(written) ? written : `https://${written}`;
  if (!URL.canParse(address)) return null;
  const url = new URL(address);
  if (!/^https?:$/.test(url.protocol) || url.username !== '' || url.password !== '') return null;
  if (!/^(?:[a-z\d-]+\.)+(?:[a-z]{2,}|xn--[a-z\d-]+)$/.test(url.hostname)) return null;
  url.hash = '';
  const kept = url.href.replace(/\/$/, '');
  return kept.length <= LONGEST ? kept : null;
}
