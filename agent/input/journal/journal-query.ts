import { readFileSync } from 'node:fs';

/** Which entries of the systemd journal an input is about. */
export interface JournalQuery {
  /** A folder of journal files instead of this machine's journal. */
  readonly directory: string | undefined;
  /** Only entries of these units; all without any. As for `journalctl --unit`, patterns are allowed. */
  readonly units: readonly string[];
  /** `FIELD=VALUE`: entries have one of the values that are given for a field, for each field. */
  readonly matches: readonly string[];
}

/** The fields that make a line; journalctl adds the cursor and times to each entry. */
const fields = [
  'MESSAGE',
  'SYSLOG_IDENTIFIER',
  'SYSLOG_PID',
  '_COMM',
  '_PID',
  '_HOSTNAME',
  '_SOURCE_REALTIME_TIMESTAMP',
];

/**
 * Arguments for a journalctl that gives the newest entry and ends: `newest`; or all entries from the one
 * with a cursor on, that one included, or from the oldest, and then waits for more.
 */
export function journalctlArguments(
  query: JournalQuery,
  from: 'newest' | 'oldest' | { readonly cursor: string },
): string[] {
  const where = from === 'newest' || from === 'oldest' ? [] : [`--cursor=${from.cursor}`];
  return [
    '--output=json',
    '--all',
    '--no-pager',
    `--output-fields=${fields.join(',')}`,
    ...(from === 'newest' ? ['--lines=1'] : ['--follow', '--no-tail', ...where]),
    ...query.units.map((unit) => `--unit=${unit}`),
    ...placeOf(query),
    ...query.matches,
  ];
}

/**
 * `--merge` because without it `--follow` shows nothing from before the last boot, whatever the
 * cursor: the last entries before a reboot would be lost. It also shows the journals of other
 * machines that are kept here, which the match leaves out again.
 */
function placeOf({ directory }: JournalQuery): string[] {
  if (directory !== undefined) return ['--merge', `--directory=${directory}`];
  const machine = machineId();
  return machine === undefined ? [] : ['--merge', `_MACHINE_ID=${machine}`];
}

function machineId(): string | undefined {
  try {
    const id = readFileSync('/etc/machine-id', 'latin1').trim();
    return /^[0-9a-f]{32}$/.test(id) ? id : undefined;
  } catch {
    return undefined;
  }
}
