import { byteStringOf } from '../../protocol/byte-string.ts';
import { defaultSecOptions, type SecInputOption, type SecOptions } from './sec-options.ts';

type Writable = { -readonly [Name in keyof SecOptions]: SecOptions[Name] };

/** What was read, and a message for each argument that was not understood. */
export interface SecArguments {
  readonly options: SecOptions;
  readonly complaints: readonly string[];
}

/** How the value of an option gets into the options; false when it is no good. */
type Setter = (options: Writable, value: string) => boolean;

const wholeNumber =
  (
    name: 'inputTimeout' | 'reopenTimeout' | 'checkTimeout' | 'eventStoreSize' | 'cleanTime',
    least = 0,
  ): Setter =>
  (options, value) => {
    if (!/^\d+$/.test(value) || Number(value) < least) return false;
    options[name] = Number(value);
    return true;
  };

const withValue: Readonly<Record<string, Setter>> = {
  conf: (options, value) => {
    options.conf = [...options.conf, value];
    return true;
  },
  input: (options, value) => {
    const input = inputOption(value);
    options.input = [...options.input, input];
    if (input.context !== undefined) options.internalContexts = true;
    return true;
  },
  'input-timeout': wholeNumber('inputTimeout'),
  'timeout-script': (options, value) => {
    options.timeoutScript = value;
    return true;
  },
  'reopen-timeout': wholeNumber('reopenTimeout'),
  'check-timeout': wholeNumber('checkTimeout'),
  'poll-timeout': (options, value) => {
    options.pollTimeout = Number(value);
    return /^\d*\.?\d+$/.test(value);
  },
  blocksize: (options, value) => {
    options.blockSize = Number(value);
    return /^[1-9]\d*$/.test(value);
  },
  bufsize: (options, value) => {
    options.bufferSize = Number(value);
    return /^\d+$/.test(value);
  },
  evstoresize: wholeNumber('eventStoreSize'),
  cleantime: wholeNumber('cleanTime'),
  debug: (options, value) => {
    options.debug = Number(value);
    return /^[1-6]$/.test(value);
  },
};

const switches: Readonly<Record<string, (options: Writable, on: boolean) => void>> = {
  quoting: (options, on) => {
    options.quoting = on;
  },
  tail: (options, on) => {
    options.tail = on;
  },
  fromstart: (options, on) => {
    options.fromStart = on;
  },
  jointbuf: (options, on) => {
    options.jointBuffer = on;
  },
  keepopen: (options, on) => {
    options.keepOpen = on;
  },
  rwfifo: (options, on) => {
    options.readWriteFifo = on;
  },
  childterm: (options, on) => {
    options.childTerm = on;
  },
  intevents: (options, on) => {
    options.internalEvents = on;
  },
  intcontexts: (options, on) => {
    options.internalContexts = on;
  },
};

/** Reads SEC's options: one or two dashes, `--name=value` or `--name value`, `no` before a switch. */
export function readSecArguments(given: readonly string[], base = defaultSecOptions): SecArguments {
  const options: Writable = { ...base };
  const complaints: string[] = [];
  for (let index = 0; index < given.length; index++) {
    const argument = given[index] ?? '';
    const parts = /^--?([A-Za-z][\w-]*)(?:=([\s\S]*))?$/.exec(argument);
    const name = (parts?.[1] ?? '').replaceAll('_', '-').toLowerCase();
    const setter = Object.hasOwn(withValue, name) ? withValue[name] : undefined;
    if (setter !== undefined) {
      const value = parts?.[2] ?? given[++index] ?? '';
      if (!setter(options, value))
        complaints.push(`Option --${name} has an invalid value '${value}'`);
      continue;
    }
    const bare = Object.hasOwn(switches, name) ? name : name.replace(/^no/, '');
    const setSwitch = Object.hasOwn(switches, bare) ? switches[bare] : undefined;
    if (setSwitch === undefined) complaints.push(`Unknown argument: ${argument}`);
    else setSwitch(options, bare === name);
  }
  if (options.bufferSize === 1) options.jointBuffer = true;
  return { options, complaints };
}

/** `PATTERN=CONTEXT`: the context is what follows the last `=`. */
function inputOption(value: string): SecInputOption {
  const parts = /^([\s\S]+)=(\S+)$/.exec(value);
  if (parts?.[1] === undefined || parts[2] === undefined) {
    return { pattern: value, context: undefined };
  }
  return { pattern: parts[1], context: byteStringOf(parts[2]) };
}
