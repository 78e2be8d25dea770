import { byteStringOf } from '../../protocol/byte-string.ts';
import { type LongOption, type LongOptionReading, readLongOptions } from './long-options.ts';
import { defaultSecOptions, type SecInputOption, type SecOptions } from './sec-options.ts';

/** What was read, and a message for each argument that is wrong. */
export interface SecArguments {
  readonly options: SecOptions;
  readonly complaints: readonly string[];
  /** What is asked for instead of running. */
  readonly wanted: 'help' | 'version' | undefined;
}

type TextOption = keyof typeof textOptions;
type NumberOption = keyof typeof numberOptions;
type SwitchOption = keyof typeof switchOptions;

const textOptions = {
  conf: 'conf',
  input: 'input',
  timeoutScript: 'timeout-script',
  logFile: 'log',
  syslogFacility: 'syslog',
  pidFile: 'pid',
  dumpFile: 'dump',
  user: 'user',
  groups: 'group',
} as const;

/** Options with a number, in the order in which SEC complains of them. */
const numberOptions = {
  inputTimeout: { name: 'input-timeout', kind: 'whole', range: 'non-negative' },
  reopenTimeout: { name: 'reopen-timeout', kind: 'whole', range: 'non-negative' },
  checkTimeout: { name: 'check-timeout', kind: 'whole', range: 'non-negative' },
  pollTimeout: { name: 'poll-timeout', kind: 'real', range: 'non-negative' },
  socketTimeout: { name: 'socket-timeout', kind: 'whole', range: 'positive' },
  blockSize: { name: 'blocksize', kind: 'whole', range: 'positive' },
  bufferSize: { name: 'bufsize', kind: 'whole', range: 'non-negative' },
  eventStoreSize: { name: 'evstoresize', kind: 'whole', range: 'non-negative' },
  cleanTime: { name: 'cleantime', kind: 'whole', range: 'non-negative' },
  debug: { name: 'debug', kind: 'whole', range: '1..6' },
  umask: { name: 'umask', kind: 'extended', range: '0..0777' },
} as const;

const switchOptions = {
  rulePerformance: 'ruleperf',
  dumpTimeStamp: 'dumpfts',
  dumpAsJson: 'dumpfjson',
  quoting: 'quoting',
  tail: 'tail',
  fromStart: 'fromstart',
  detach: 'detach',
  jointBuffer: 'jointbuf',
  keepOpen: 'keepopen',
  readWriteFifo: 'rwfifo',
  childTerm: 'childterm',
  internalEvents: 'intevents',
  internalContexts: 'intcontexts',
  testOnly: 'testonly',
} as const;

const withinRange: Readonly<
  Record<(typeof numberOptions)[NumberOption]['range'], (value: number) => boolean>
> = {
  'non-negative': (value) => value >= 0,
  positive: (value) => value > 0,
  '1..6': (value) => value >= 1 && value <= 6,
  '0..0777': (value) => value >= 0 && value <= 0o777,
};

const table: readonly LongOption[] = [
  ...Object.values(textOptions).map((name) => withAlias({ name, kind: 'text' })),
  ...Object.values(numberOptions).map(({ name, kind }) => withAlias({ name, kind })),
  ...Object.values(switchOptions).map((name): LongOption => ({ name, kind: 'switch' })),
  { name: 'help', kind: 'flag', aliases: ['?'] },
  { name: 'version', kind: 'flag' },
];

/** Not SEC's, and so only known by its full name: `--n` stays as ambiguous as it is. */
const withoutPrefilter = '--no-prefilter';

/** `-` and `_` mean the same in names. */
function withAlias(option: LongOption): LongOption {
  const { name } = option;
  return name.includes('-') ? { ...option, aliases: [name.replace('-', '_')] } : option;
}

/**
 * Reads SEC's command line. A value that is no good is complained of and has no
 * effect.
 * @param base the options where nothing else is given
 */
export function readSecArguments(given: readonly string[], base = defaultSecOptions): SecArguments {
  const own = given.filter((word) => word !== withoutPrefilter);
  const reading = readLongOptions(own, table);
  const complaints = [...reading.complaints];
  const input = textsOf(reading, 'input').map(inputOption);
  const hasContext = input.some(({ context }) => context !== undefined);
  const numbers = readNumbers(reading, base, complaints);
  const switches = readSwitches(reading, base);
  const options: SecOptions = {
    ...base,
    ...numbers,
    ...switches,
    prefilter: base.prefilter && own.length === given.length,
    conf: [...base.conf, ...textsOf(reading, 'conf')],
    input: [...base.input, ...input],
    timeoutScript: textsOf(reading, 'timeoutScript').at(-1) ?? base.timeoutScript,
    logFile: textsOf(reading, 'logFile').at(-1) ?? base.logFile,
    syslogFacility: textsOf(reading, 'syslogFacility').at(-1) ?? base.syslogFacility,
    pidFile: textsOf(reading, 'pidFile').at(-1) ?? base.pidFile,
    dumpFile: textsOf(reading, 'dumpFile').at(-1) ?? base.dumpFile,
    user: textsOf(reading, 'user').at(-1) ?? base.user,
    groups: [...base.groups, ...textsOf(reading, 'groups')],
    jointBuffer: switches.jointBuffer || numbers.bufferSize === 1,
    internalContexts: switches.internalContexts || hasContext,
  };
  const wanted = ['help', 'version'] as const;
  return { options, complaints, wanted: wanted.find((name) => reading.switches.get(name)) };
}

function textsOf(reading: LongOptionReading, option: TextOption): readonly string[] {
  return reading.texts.get(textOptions[option]) ?? [];
}

function readNumbers(
  reading: LongOptionReading,
  base: SecOptions,
  complaints: string[],
): Record<Exclude<NumberOption, 'umask'>, number> & Pick<SecOptions, 'umask'> {
  const number = <Otherwise extends number | undefined>(
    option: NumberOption,
    otherwise: Otherwise,
  ): number | Otherwise => {
    const { name, range } = numberOptions[option];
    const value = reading.numbers.get(name);
    if (value === undefined || withinRange[range](value)) return value ?? otherwise;
    const wanted = range.includes('..') ? `value from range ${range}` : `${range} value`;
    complaints.push(`'--${name}' option requires a ${wanted}`);
    return otherwise;
  };
  const inputTimeout = number('inputTimeout', base.inputTimeout);
  const script = textsOf(reading, 'timeoutScript').at(-1) ?? base.timeoutScript;
  if (inputTimeout > 0 && script === undefined) {
    complaints.push("'--input-timeout' option requires the '--timeout-script' option");
  }
  const numbers = {
    inputTimeout: script === undefined ? 0 : inputTimeout,
    reopenTimeout: number('reopenTimeout', base.reopenTimeout),
    checkTimeout: number('checkTimeout', base.checkTimeout),
    pollTimeout: number('pollTimeout', base.pollTimeout),
    socketTimeout: number('socketTimeout', base.socketTimeout),
    blockSize: number('blockSize', base.blockSize),
    bufferSize: number('bufferSize', base.bufferSize),
    eventStoreSize: number('eventStoreSize', base.eventStoreSize),
    cleanTime: number('cleanTime', base.cleanTime),
    debug: number('debug', base.debug),
  };
  const user = textsOf(reading, 'user').at(-1) ?? base.user;
  if (user === undefined && textsOf(reading, 'groups').length > 0) {
    complaints.push("'--group' option requires the '--user' option");
  }
  return { ...numbers, umask: number('umask', base.umask) };
}

function readSwitches(reading: LongOptionReading, base: SecOptions): Record<SwitchOption, boolean> {
  const on = (option: SwitchOption) => reading.switches.get(switchOptions[option]) ?? base[option];
  return {
    rulePerformance: on('rulePerformance'),
    dumpTimeStamp: on('dumpTimeStamp'),
    dumpAsJson: on('dumpAsJson'),
    quoting: on('quoting'),
    tail: on('tail'),
    fromStart: on('fromStart'),
    detach: on('detach'),
    jointBuffer: on('jointBuffer'),
    keepOpen: on('keepOpen'),
    readWriteFifo: on('readWriteFifo'),
    childTerm: on('childTerm'),
    internalEvents: on('internalEvents'),
    internalContexts: on('internalContexts'),
    testOnly: on('testOnly'),
  };
}

/** `PATTERN=CONTEXT`: the context is what follows the last `=`. */
function inputOption(value: string): SecInputOption {
  const parts = /^([\s\S]+)=([^\t\n\v\f\r ]+)$/.exec(value);
  if (parts?.[1] === undefined || parts[2] === undefined) {
    return { pattern: value, context: undefined };
  }
  return { pattern: parts[1], context: byteStringOf(parts[2]) };
}
