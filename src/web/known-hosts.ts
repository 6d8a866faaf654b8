import type { IncomingMessage } from 'node:http';

/** A name or an address as a Host header has it, without a port. IPv6 stands in brackets. */
const NAME = String.raw`(?:\[[\da-f:.]+\]|[a-z\d](?:[a-z\d.-]{0,251}[a-z\d])?)`;
const HOST_NAME = new RegExp(`^${NAME}$`, 'i');
/** Not read as a URL, which would take 0x7f.1 for 127.0.0.1. */
const HOST_HEADER = new RegExp(`^(${NAME})(?::\\d{1,5})?$`, 'i');
const LOOPBACK = ['127.0.0.1', 'localhost', '[::1]'];

export const isHostName = (text: string): boolean => HOST_NAME.test(text);

/** IPv6 in brackets; an IPv4 address that came over an IPv6 socket as itself. */
function written(address: string): string {
  const bare = address.replace(/^::ffff:(?=\d+\.)/i, '');
  return (bare.includes(':') && !bare.startsWith('[') ? `[${bare}]` : bare).toLowerCase();
}

/**
 * Whether a request names this server as somebody does who means it: by a loopback name, the address that it is bound to or
 * that the connection came to, or a name of the settings. A page that made its own name lead here (DNS rebinding) sends that.
 * @param host what the server is bound to
 * @param others further names, without ports
 */
export function createKnownHosts(host: string, others: readonly string[]): (request: IncomingMessage) => boolean {
  // Bound to all addresses, it is none of them.
  const known = new Set([...LOOPBACK, written(host), ...others.map(written)]).difference(new Set(['0.0.0.0', '[::]']));
  return ({ headers, socket }) => {
    const name = HOST_HEADER.exec(headers.host ?? '')?.[1]?.toLowerCase();
    return name !== undefined && (known.has(name) || name === written(socket.localAddress ?? ''));
  };
}
