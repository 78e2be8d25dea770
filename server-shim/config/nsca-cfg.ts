import path from 'node:path';
import { logLevelDefault } from '../../platform/log.ts';
import { defaultStatusEndpoints } from '../../platform/metrics/metrics-keys.ts';
import { suggestion } from '../../platform/nearest-name.ts';
import { hasErrors, type Problem, ProblemList } from '../../platform/problem.ts';
import { Secret } from '../../platform/secret.ts';
import { trimBlanks, trimBlanksAtEnd } from '../../protocol/blanks.ts';
import { type NscaMethod, parseNscaMethod } from '../../protocol/nsca/nsca-method.ts';
import { journalLimitsDefault } from '../journal/open-journal.ts';
import { nscaListenerDefaults } from '../listen/nsca-listener.ts';
import type { SinkOptions } from '../sink/create-sink.ts';
import type { NscaListenConfig } from './nsca-listen-config.ts';
import type { ShimConfig } from './shim-config.ts';

/** What a file of the real nsca asks for beyond what the receiver's own configuration has. */
export interface NscaCfg {
  readonly config: ShimConfig;
  /** User and group to run as. */
  readonly user: string | undefined;
  readonly group: string | undefined;
  readonly pidFile: string | undefined;
}

export interface NscaCfgReading {
  readonly cfg: NscaCfg | undefined;
  /** Errors; and warnings, one for each key that means nothing here or something else. */
  readonly problems: readonly Problem[];
}

/** A key with its value and line. */
interface Given {
  readonly text: string;
  readonly line: number;
}

/** What is said of a key that is set, unless its value asks for nothing. */
interface Unused {
  readonly unless: string;
  readonly because: string;
}

/** Keys that the receiver needs not or cannot follow, and why. */
const unusedKeys: Readonly<Record<string, Unused>> = {
  aggregate_writes: {
    unless: '1',
    because: 'results are always written together, as far as they come together',
  },
  alternate_dump_file: {
    unless: '/dev/null',
    because: 'results that the command file does not take wait in the state folder instead',
  },
  log_facility: { unless: '', because: 'messages go to standard error, for systemd or syslog' },
};

const usedKeys = [
  'append_to_file',
  'check_result_path',
  'command_file',
  'debug',
  'decryption_method',
  'max_packet_age',
  'nsca_chroot',
  'nsca_group',
  'nsca_user',
  'password',
  'pid_file',
  'server_address',
  'server_port',
  'strict_mode_spoofing',
];

/**
 * Reads the configuration of the real nsca, whose defaults hold: method 1 (XOR) and an
 * empty password among them. Unknown keys are errors, as there.
 *
 * Source of the format: observation of nsca 2.10.2 and its sample file.
 *
 * @param file the name under which problems are reported
 * @param stateDir where results wait
 */
export function readNscaCfg(text: string, file: string, stateDir: string): NscaCfgReading {
  const problems = new ProblemList();
  const given = keysOf(text, file, problems);
  const reader = new NscaCfgReader(file, given, problems);
  for (const [key, { unless, because }] of Object.entries(unusedKeys)) {
    reader.sayUnused(key, unless, because);
  }
  const sink = reader.sink();
  const nsca = reader.listener();
  if (sink === undefined || hasErrors(problems.all))
    return { cfg: undefined, problems: problems.all };
  const config: ShimConfig = {
    file,
    stateDir,
    logLevel: reader.isOn('debug') ? 'debug' : logLevelDefault,
    journalLimits: journalLimitsDefault,
    nsca,
    nscaNg: undefined,
    nrdp: undefined,
    sinks: [{ place: { file }, options: sink }],
    metrics: defaultStatusEndpoints(stateDir),
  };
  const cfg: NscaCfg = {
    config,
    user: reader.text('nsca_user'),
    group: reader.text('nsca_group'),
    pidFile: reader.text('pid_file'),
  };
  return { cfg, problems: problems.all };
}

function keysOf(text: string, file: string, problems: ProblemList): ReadonlyMap<string, Given> {
  const given = new Map<string, Given>();
  const known = [...usedKeys, ...Object.keys(unusedKeys)];
  for (const [index, raw] of text.split('\n').entries()) {
    const line = trimBlanksAtEnd(raw);
    const place = { file, line: index + 1 };
    if (/^[\t ]*(#|$)/.test(line)) continue;
    const equals = line.indexOf('=');
    const key = trimBlanks(line.slice(0, equals < 0 ? undefined : equals));
    if (equals < 0) problems.error(place, `'${key}' has no value; expected KEY=VALUE`);
    else if (!known.includes(key)) {
      problems.error(place, `unknown key '${key}'${suggestion(key, known)}`);
    } else given.set(key, { text: line.slice(equals + 1), line: place.line });
  }
  return given;
}

/** Reads single keys, and says what is wrong with them. */
class NscaCfgReader {
  readonly #file: string;
  readonly #given: ReadonlyMap<string, Given>;
  readonly #problems: ProblemList;

  constructor(file: string, given: ReadonlyMap<string, Given>, problems: ProblemList) {
    this.#file = file;
    this.#given = given;
    this.#problems = problems;
  }

  text(key: string): string | undefined {
    const text = trimBlanks(this.#given.get(key)?.text ?? '');
    return text === '' ? undefined : text;
  }

  isOn(key: string): boolean {
    return (this.text(key) ?? '0') !== '0';
  }

  sayUnused(key: string, unless: string, because: string): void {
    const text = this.text(key);
    if (text !== undefined && text !== unless) this.#warn(key, `${key}=${text}: ${because}`);
  }

  listener(): NscaListenConfig {
    const defaults = nscaListenerDefaults;
    return {
      ...defaults,
      address: this.text('server_address') ?? '*',
      port: this.#number('server_port', 5667, 65_535),
      methods: [this.#method()],
      // Without trim: blanks in front belong to it.
      passwords: [new Secret(Buffer.from(this.#given.get('password')?.text ?? '', 'latin1'))],
      maxPacketAgeSeconds: this.#number('max_packet_age', defaults.maxPacketAgeSeconds, 900),
      strictSpoofing: this.isOn('strict_mode_spoofing'),
    };
  }

  sink(): SinkOptions | undefined {
    const root = this.text('nsca_chroot');
    const inRoot = (file: string) => (root === undefined ? file : path.join(root, file));
    if (root !== undefined) {
      const message = `nsca_chroot=${root}: files are looked for below it, but the process is not confined to it: use RootDirectory= of systemd for that`;
      this.#warn('nsca_chroot', message);
    }
    const spool = this.text('check_result_path');
    if (spool !== undefined) {
      return { type: 'check-result-spool', name: 'nsca', path: inRoot(spool) };
    }
    const file = this.text('command_file');
    if (file !== undefined) {
      const create = this.isOn('append_to_file');
      return { type: 'command-file', name: 'nsca', path: inRoot(file), create };
    }
    const message = 'nowhere to hand results over: expected command_file= or check_result_path=';
    this.#problems.error({ file: this.#file }, message);
    return undefined;
  }

  #method(): NscaMethod {
    const text = this.text('decryption_method') ?? '1';
    const parsed = parseNscaMethod(text);
    if (parsed.ok) return parsed.method;
    this.#error('decryption_method', parsed.message);
    return 1;
  }

  #number(key: string, otherwise: number, max: number): number {
    const text = this.text(key);
    if (text === undefined) return otherwise;
    const number = /^\d+$/.test(text) ? Number(text) : Number.NaN;
    if (number <= max) return number;
    this.#error(key, `expected a whole number from 0 to ${max}, found '${text}'`);
    return otherwise;
  }

  #error(key: string, message: string): void {
    this.#problems.error(this.#placeOf(key), `${key}: ${message}`);
  }

  #warn(key: string, message: string): void {
    this.#problems.warning(this.#placeOf(key), message);
  }

  #placeOf(key: string) {
    const line = this.#given.get(key)?.line;
    return line === undefined ? { file: this.#file } : { file: this.#file, line };
  }
}
