import type { ByteString } from '../../../protocol/byte-string.ts';

const weekdays = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** Single characters that cannot be written in a rule file: `%.nl` and its like, `%.chr0` to `%.chr255`. */
const characters: Readonly<Record<string, ByteString>> = {
  '.nl': '\n',
  '.cr': '\r',
  '.tab': '\t',
  '.sp': ' ',
};

/** The names of all variables that the program gives a value, but `%s`. */
export const givenVariables: readonly string[] = [
  ...['u', 't', '.nl', '.cr', '.tab', '.sp', '.year', '.mon', '.monstr', '.mday', '.mdaystr'],
  ...['.hour', '.min', '.sec', '.hmsstr', '.wday', '.wdaystr', '.tzname', '.tzoff', '.tzoff2'],
  ...Array.from({ length: 256 }, (_, code) => `.chr${code}`),
];

/** The value of `%u`, `%t` or a `%.name` variable in local time; undefined for any other name. */
export function timeVariable(name: string, time: number): ByteString | undefined {
  if (name === 'u') return String(time);
  if (name === 't') return timeText(time);
  if (!name.startsWith('.')) return undefined;
  const character = characters[name] ?? numberedCharacter(name);
  return character ?? clockVariable(name, new Date(time * 1000));
}

/**
 * The form of C's ctime() without its newline, in local time: `Tue Nov 14 22:13:20 2023`. Empty for a
 * moment that is too far away for a date.
 */
export function timeText(time: number): ByteString {
  const date = new Date(time * 1000);
  if (Number.isNaN(date.getTime())) return '';
  const day = String(date.getDate()).padStart(2, ' ');
  return `${weekdays[date.getDay()]} ${months[date.getMonth()]} ${day} ${clockText(date)} ${date.getFullYear()}`;
}

function clockVariable(name: string, date: Date): ByteString | undefined {
  switch (name) {
    case '.year':
      return String(date.getFullYear());
    case '.mon':
      return twoDigits(date.getMonth() + 1);
    case '.monstr':
      return months[date.getMonth()];
    case '.mday':
      return twoDigits(date.getDate());
    case '.mdaystr':
      return String(date.getDate()).padStart(2, ' ');
    case '.hour':
      return twoDigits(date.getHours());
    case '.min':
      return twoDigits(date.getMinutes());
    case '.sec':
      return twoDigits(date.getSeconds());
    case '.hmsstr':
      return clockText(date);
    case '.wday':
      return String(date.getDay());
    case '.wdaystr':
      return weekdays[date.getDay()];
    case '.tzoff':
      return zoneOffset(date, '');
    case '.tzoff2':
      return zoneOffset(date, ':');
    default:
      return undefined;
  }
}

function numberedCharacter(name: string): ByteString | undefined {
  const digits = /^\.chr(\d{1,3})$/.exec(name)?.[1];
  const code = digits === undefined ? 256 : Number(digits);
  return code <= 255 ? String.fromCharCode(code) : undefined;
}

function clockText(date: Date): ByteString {
  return [date.getHours(), date.getMinutes(), date.getSeconds()].map(twoDigits).join(':');
}

function twoDigits(number: number): ByteString {
  return String(number).padStart(2, '0');
}

function zoneOffset(date: Date, separator: string): ByteString {
  const minutes = -date.getTimezoneOffset();
  const size = Math.abs(minutes);
  return `${minutes < 0 ? '-' : '+'}${twoDigits(Math.floor(size / 60))}${separator}${twoDigits(size % 60)}`;
}
