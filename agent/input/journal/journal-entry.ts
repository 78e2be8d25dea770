import type { ByteString } from '../../../protocol/byte-string.ts';

/** An entry of the journal, as far as a line of a log needs it. */
export interface JournalEntry {
  /** Names the entry for ever. */
  readonly cursor: string;
  /** The lines of its message, each as syslog would have written it; none when it has no message. */
  readonly lines: readonly ByteString[];
}

/**
 * Reads an entry as `journalctl --output=json --all` writes it: an object of texts. A field
 * that is not printable UTF-8 is a list of its bytes; one that an entry has several times a list of values,
 * of which the last counts, as in `journalctl --output=short`.
 *
 * @param json the bytes of UTF-8 that it consists of: the texts in it are byte strings, too
 * @returns undefined for anything else
 */
export function readJournalEntry(json: ByteString): JournalEntry | undefined {
  const fields = parseObject(json);
  const cursor = fields?.['__CURSOR'];
  if (fields === undefined || typeof cursor !== 'string') return undefined;
  const message = bytesOfField(fields['MESSAGE']);
  if (message === undefined) return { cursor, lines: [] };
  const prefix = syslogPrefix(fields);
  const lines = message.replace(/\n+$/, '').split('\n');
  return { cursor, lines: lines.map((line) => `${prefix}${line}`) };
}

type Fields = Readonly<Record<string, unknown>>;

function parseObject(json: ByteString): Fields | undefined {
  try {
    const value: unknown = JSON.parse(json);
    return typeof value === 'object' && value !== null ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}

/** `Nov 25 13:00:00 host ident[pid]: `, with what the entry has of it. */
function syslogPrefix(fields: Fields): ByteString {
  const time = syslogTime(fields['_SOURCE_REALTIME_TIMESTAMP'] ?? fields['__REALTIME_TIMESTAMP']);
  const host = wordOf(fields['_HOSTNAME']);
  const program = wordOf(fields['SYSLOG_IDENTIFIER']) ?? wordOf(fields['_COMM']) ?? 'unknown';
  const pid = wordOf(fields['_PID']) ?? wordOf(fields['SYSLOG_PID']);
  return `${time} ${host === undefined ? '' : `${host} `}${program}${pid === undefined ? '' : `[${pid}]`}: `;
}

/** A field that stands in a line before the message; a newline would end the line there. */
function wordOf(value: unknown): ByteString | undefined {
  return bytesOfField(value)?.replaceAll('\n', ' ');
}

function bytesOfField(value: unknown): ByteString | undefined {
  if (typeof value === 'string') return value;
  if (!Array.isArray(value) || value.length === 0) return undefined;
  if (typeof value[0] !== 'number') return bytesOfField(value.at(-1));
  return Buffer.from(value).toString('latin1');
}

const months = 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' ');

/** `Nov  5 13:00:00` in local time (RFC 3164, 4.1.2), of microseconds since 1970 as text. */
function syslogTime(microseconds: unknown): string {
  const time = new Date(Number(bytesOfField(microseconds) ?? 0) / 1_000);
  const two = (number: number) => String(number).padStart(2, '0');
  const clock = [time.getHours(), time.getMinutes(), time.getSeconds()].map(two).join(':');
  return `${months[time.getMonth()]} ${String(time.getDate()).padStart(2)} ${clock}`;
}
