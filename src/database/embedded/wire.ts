import { createServer, type Server, type Socket } from 'node:net';
import type { Engine, RoundTrip } from './binary.ts';

const HEADER = 16;
const OP_REPLY = 1;
const OP_MSG = 2013;
/** The server's own limit for a message (48 MB) and its frame. */
const MAX_MESSAGE = 48_000_000 + HEADER * 1024;

/** These crash the engine (0.1.1). The driver does not need them, since `hello` offers no sessions; a shell may try. */
const ANSWERED_HERE = new Set([
  'startSession',
  'endSessions',
  'killSessions',
  'killAllSessions',
  'killAllSessionsByPattern',
]);
/** BSON of `{ ok: 1.0 }`. */
const OK = Buffer.from('11000000016f6b00000000000000f03f00', 'hex');

/** The first key of an OP_MSG's body, which is the command; undefined for what is not an OP_MSG with a body first. */
function commandOf(message: Buffer): string | undefined {
  const bodyStart = HEADER + 5;
  const nameStart = bodyStart + 5;
  if (message.length <= nameStart || message.readInt32LE(12) !== OP_MSG || message[bodyStart - 1] !== 0)
    return undefined;
  const nameEnd = message.indexOf(0, nameStart);
  return nameEnd < 0 ? undefined : message.toString('utf8', nameStart, nameEnd);
}

function frame(reply: RoundTrip, replyId: number): Buffer {
  const start = HEADER + (reply.legacy ? 20 : 5);
  const framed = Buffer.alloc(start + reply.response.length);
  framed.writeInt32LE(framed.length, 0);
  framed.writeInt32LE(replyId, 4);
  framed.writeInt32LE(reply.requestId, 8);
  framed.writeInt32LE(reply.legacy ? OP_REPLY : OP_MSG, 12);
  if (reply.legacy) framed.writeInt32LE(1, 32);
  reply.response.copy(framed, start);
  return framed;
}

/** Cuts a stream of bytes into wire messages; joins chunks only when a message is whole, so that a long one is copied once. */
function createFramer(onMessage: (message: Buffer) => void, onBroken: () => void): (chunk: Buffer) => void {
  let chunks: Buffer[] = [];
  let held = 0;
  let wanted = 4;
  return (chunk) => {
    chunks.push(chunk);
    held += chunk.length;
    while (held >= wanted) {
      const bytes = chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks, held);
      chunks = [bytes];
      const length = bytes.readInt32LE(0);
      if (length < HEADER || length > MAX_MESSAGE) {
        onBroken();
        return;
      }
      wanted = length;
      if (held < length) return;
      onMessage(bytes.subarray(0, length));
      chunks = held > length ? [bytes.subarray(length)] : [];
      held -= length;
      wanted = 4;
    }
  };
}

function serve(engine: Engine, socket: Socket): void {
  let replyId = 0;
  // Replies leave in the order of the requests, as a server's would on one connection.
  let last: Promise<void> = Promise.resolve();
  const answer = async (message: Buffer): Promise<void> => {
    const command = commandOf(message);
    const reply =
      command !== undefined && ANSWERED_HERE.has(command)
        ? { requestId: message.readInt32LE(4), moreToCome: false, legacy: false, response: OK }
        : await engine.roundTrip(message);
    replyId = (replyId + 1) | 0;
    if (!reply.moreToCome && !socket.destroyed) socket.write(frame(reply, replyId));
  };
  const framer = createFramer(
    (message) => {
      last = last.then(() => answer(message)).catch(() => void socket.destroy());
    },
    () => socket.destroy(),
  );
  socket.on('data', framer);
  // The driver sees the closed connection by itself; there is nothing to add on this side.
  socket.on('error', () => socket.destroy());
}

/** Serves an open engine on a unix socket, as a standalone MongoDB server would. */
export function listen(engine: Engine, socketPath: string): Promise<Server> {
  const server = createServer((socket) => serve(engine, socket));
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(socketPath, () => resolve(server));
  });
}
