import { writeFileSync } from 'node:fs';
import { Socket } from 'node:net';

/**
 * Loaded before a command (`node --import`), it kills the process the moment before it sends its nth command to the database,
 * as `KILL_AT` says, and writes into `KILL_COUNT` how many there were.
 */
const OP_MSG = 2013;
const killAt = Number(process.env['KILL_AT'] ?? Number.POSITIVE_INFINITY);
const countFile = process.env['KILL_COUNT'];
let sent = 0;

const write = Reflect.get(Socket.prototype, 'write') as (this: Socket, ...args: unknown[]) => boolean;
Socket.prototype.write = function counted(this: Socket, ...args: unknown[]): boolean {
  const [chunk] = args;
  if (chunk instanceof Uint8Array && chunk.length > 16 && Buffer.from(chunk).readInt32LE(12) === OP_MSG) {
    sent += 1;
    if (sent === killAt) process.kill(process.pid, 'SIGKILL');
  }
  return write.apply(this, args);
};

process.on('exit', () => {
  if (countFile !== undefined) writeFileSync(countFile, String(sent));
});
