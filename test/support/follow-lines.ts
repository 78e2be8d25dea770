/**
 * Follows FILE from its beginning and prints each line to standard output,
 * until it is killed: a reader for test/tail-torture.sh.
 *
 * usage: node test/support/follow-lines.ts FILE
 */
import { writeSync } from 'node:fs';
import { FileFollower } from '../../agent/input/file-follower.ts';
import { systemClock } from '../../platform/clock.ts';
import { logTo } from '../../platform/log.ts';

/** As the agent does between polls that find nothing. */
const idleMs = 100;

const [path] = process.argv.slice(2);
if (path === undefined) throw new Error('usage: follow-lines.ts FILE');
const log = logTo((record) => {
  if (process.env['VERBOSE']) console.error(record.code, record.message);
});
const follower = new FileFollower({ path, start: 'beginning', log, clock: systemClock });
const sleeper = new Int32Array(new SharedArrayBuffer(4));
for (;;) {
  const found = follower.poll();
  let text = '';
  for (let line = follower.next(); line !== undefined; line = follower.next()) text += `${line}\n`;
  writeAll(Buffer.from(text, 'latin1'));
  if (!found) Atomics.wait(sleeper, 0, 0, idleMs);
}

function writeAll(bytes: Buffer): void {
  for (let at = 0; at < bytes.length; ) at += writeSync(1, bytes, at);
}
