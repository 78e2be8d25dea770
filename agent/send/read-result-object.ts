import { suggestion } from '../../platform/nearest-name.ts';
import { type ByteString, byteStringOf, bytesOf } from '../../protocol/byte-string.ts';
import type { ResultReading } from './read-result-set.ts';

const keys = ['host', 'service', 'state', 'output', 'time'];
const states: Readonly<Record<string, number>> = {
  OK: 0,
  UP: 0,
  WARNING: 1,
  DOWN: 1,
  CRITICAL: 2,
  UNREACHABLE: 2,
  UNKNOWN: 3,
};

/**
 * Reads a line of JSON: `{"host":"web01","service":"disk","state":2,"output":"full"}`. Without
 * `service` (or with null) it is a result of the host. `state` is a number or Nagios' word for it; `time`
 * is when the result was made, Unix time in seconds, without it `now`.
 */
export function readResultObject(line: ByteString, now: number): ResultReading {
  if (line.trim() === '') return { kind: 'empty' };
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
  if (!isWholeNumber(time, 0, 0xffff_ffff)) return bad('expected "time", Unix time in seconds');
  const returnCode = stateNumber(state);
  if (returnCode === undefined) {
    return bad(`expected "state", a number or one of ${Object.keys(states).join(', ')}`);
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

function stateNumber(state: unknown): number | undefined {
  if (isWholeNumber(state, -32_768, 32_767)) return state;
  if (typeof state !== 'string') return undefined;
  const word = state.toUpperCase();
  return Object.hasOwn(states, word) ? states[word] : undefined;
}

function isWholeNumber(value: unknown, min: number, max: number): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max;
}

function bad(reason: string): ResultReading {
  return { kind: 'bad', reason };
}
