import { connect } from 'node:net';

/** Sends a request with exactly these lines of the head, which no client would write, and returns the whole answer. */
export function rawRequest(
  port: number,
  { line, headers, body = '' }: { line: string; headers: readonly string[]; body?: string },
): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    let text = '';
    const socket = connect(port, '127.0.0.1', () => {
      socket.end(`${[line, ...headers, 'Connection: close'].join('\r\n')}\r\n\r\n${body}`);
    });
    socket.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
    socket.on('error', reject);
    socket.on('close', () => resolve({ status: Number(/^HTTP\/1\.1 (\d{3})/.exec(text)?.[1] ?? 0), text }));
  });
}
