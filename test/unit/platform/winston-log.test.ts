import assert from 'node:assert/strict';
import { Writable } from 'node:stream';
import { test } from 'node:test';
import { inspect } from 'node:util';
import type { Log, LogLevel } from '../../../platform/log.ts';
import { Secret } from '../../../platform/secret.ts';
import { type LogFormat, winstonLog } from '../../../platform/winston-log.ts';

/** A log that writes into a list of lines. */
function logInto(
  lines: string[],
  format: LogFormat,
  level: LogLevel = 'info',
  colour = false,
): Log {
  const stream = new Writable({
    write(chunk, _encoding, done) {
      lines.push(String(chunk));
      done();
    },
  });
  return winstonLog({ level, format, colour, stream, program: 'nagtail' });
}

const time = '\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z';

test('text: time, level, message, code, fields', () => {
  const lines: string[] = [];
  logInto(lines, 'text').warn('PEER_TIMEOUT', 'no answer', {
    receiver: 'main',
    n: 3,
    host: 'a b"c',
  });
  assert.match(
    lines.join(''),
    new RegExp(
      `^${time} warn {2}no answer {2}\\[PEER_TIMEOUT receiver=main n=3 host="a b\\\\"c"\\]\\n$`,
    ),
  );
});

test('text: control characters cannot move the cursor or begin a line', () => {
  const lines: string[] = [];
  logInto(lines, 'text').info('X', 'a\nb\x1b[31m\x9b', { field: 'c\rd' });
  assert.match(lines.join(''), /info {2}a\\x0ab\\x1b\[31m\\x9b {2}\[X field="c\\x0dd"\]\n$/);
});

test('json: one object a line', () => {
  const lines: string[] = [];
  logInto(lines, 'json').error('SINK_BLOCKED', 'a\nb', { reason: 'ENOENT', waiting: 2 });
  const [line = ''] = lines;
  assert.equal(line.indexOf('\n'), line.length - 1);
  const { time: told, ...rest } = JSON.parse(line);
  assert.match(told, new RegExp(`^${time}$`));
  assert.deepEqual(rest, {
    level: 'error',
    program: 'nagtail',
    code: 'SINK_BLOCKED',
    message: 'a\nb',
    reason: 'ENOENT',
    waiting: 2,
  });
});

test('records below the level are not written', () => {
  const lines: string[] = [];
  const log = logInto(lines, 'text', 'warn');
  log.debug('A', 'a');
  log.info('B', 'b');
  log.warn('C', 'c');
  log.error('D', 'd');
  assert.equal(lines.length, 2);
});

test('colours only where they are asked for', () => {
  const lines: string[] = [];
  logInto(lines, 'text', 'info', true).error('A', 'a');
  logInto(lines, 'text').error('A', 'a');
  assert.deepEqual(
    lines.map((line) => line.includes('\x1b[31m')),
    [true, false],
  );
});

test('a secret is not seen, however it is printed', () => {
  const secret = new Secret(Buffer.from('hunter2'));
  const shown = [`${secret}`, JSON.stringify({ secret }), inspect({ secret }), String(secret)];
  for (const text of shown) {
    assert.ok(text.includes('[secret]'), text);
    assert.ok(!text.includes('hunter2') && !text.includes('104'), text);
  }
  assert.equal(Buffer.from(secret.reveal()).toString(), 'hunter2');
});
