import { suggestion } from '../../platform/nearest-name.ts';
import { trimBlanks } from '../../protocol/blanks.ts';
import { type ByteString, byteStringOf, bytesOf } from '../../protocol/byte-string.ts';
import type { ResultReading } from './read-result-set.ts';
import { returnCodeOf, stateWords } from './return-code-of.ts';

const keys = ['host', 'service', 'state', 'output', 'time'];
/**
 * Reads a line of JSON: `{"host":"web01","service":"disk","state":2,"output":"full"}`. Without
 * `service` (or with null) it is a result of the host. `state` is a number or Nagios' word for it; `time`
 * is when the result was made, Unix time in seconds, without it `now`.
 */
export function readResultObject(line: ByteString, now: number): ResultReading {
  if (trimBlanks(line) === '') return { kind: 'empty' };
  let value: unknown;
  try {
    value = JSON.parse(bytesOf(line).toString('utf8'));
  } catch {
    return bad('it is not JSON: expected one object a line');
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return bad('expected a JSON object');
  }
  const fields: Readonly<Record<string, unknown>> = { ...value };
  const unknown = Object.keys(fields).find((key) => !keys.includes(key));
  if (unknown !== undefined) return bad(`unknown key '${unknown}'${suggestion(unknown, keys)}`);
  const { host, service = null, state, output = '', time = now } = fields;
  if (typeof host !== 'string') return bad(`expected "host", a text`);
  if (service !== null && typeof service !== 'string') {
    return bad('expected "service", a text or null');
  }
  if (typeof output !== 'string') return bad('expected "output", a text');
  if (!isTime(time)) return bad('expected "time", Unix time in seconds');
  const returnCode = returnCodeOf(state);
  if (returnCode === undefined) {
    return bad(`expected "state", a number or one of ${stateWords.join(', ')}`);
  }
  const result = {
    host: byteStringOf(host),
    service: service === null || service === '' ? null : byteStringOf(service),
    returnCode,
    output: byteStringOf(output),
    time,
  };
  return { kind: 'result', result };
}

function isTime(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= 0xffff_ffff;
}

function bad(reason: string): ResultReading {
  return { kind: 'bad', reason };
}
