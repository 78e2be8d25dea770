import { appendFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { TestContext } from 'node:test';
import type { NscaMethod } from '../../protocol/nsca/nsca-method.ts';
import { Program } from './program.ts';
import { tempDir } from './temp-dir.ts';

/** Rules for tests of what comes behind the rules: a line says which result it makes. */
export const reportRules = String.raw`
type=Single
ptype=RegExp
pattern=^report (\S+) (\S+) ([0-3]) (.*)
desc=a result of a service
action=submit ($1;$2;$3;$4)

type=Single
ptype=RegExp
pattern=^host (\S+) ([0-3]) (.*)
desc=a result of a host
action=submit ($1;;$2;$3)

type=Single
ptype=RegExp
pattern=^long (\S+) (\S+) ([0-3]) (.*) / (.*)
desc=a result with a long output
action=submit ($1;$2;$3;$4%{.nl}$5)
`;

export interface AgentOptions {
  /** Of the receiver at 127.0.0.1. */
  readonly port?: number;
  /** `nsca` without it. */
  readonly protocol?: 'nsca' | 'nsca-ng';
  /** For `nsca-ng`; `testhost` without it. */
  readonly identity?: string;
  readonly method?: NscaMethod;
  readonly password?: string;
  /** Texts of rule files. */
  readonly rules?: readonly string[];
  /** Further lines of `[agent]`. */
  readonly settings?: readonly string[];
  /** The sections of the receivers, instead of the one that the options above describe. */
  readonly receivers?: string;
  /** Further keys of the receiver. */
  readonly receiverSettings?: readonly string[];
  /** The input's path; a log in the agent's folder without it. */
  readonly input?: string;
  /** Further keys of the input. */
  readonly inputSettings?: readonly string[];
  /** Sections of further inputs. */
  readonly inputs?: string;
  readonly state?: 'keep' | 'forget';
  /** In the agent's folder, unless it is an absolute path. */
  readonly stateDir?: string;
}

/** The files of an agent in a folder of its own, and the agent itself. */
export class AgentFiles {
  readonly folder: string;
  readonly log: string;
  readonly #test: TestContext;

  constructor(test: TestContext, options: AgentOptions) {
    this.#test = test;
    this.folder = tempDir(test);
    this.log = path.join(this.folder, 'input.log');
    writeFileSync(this.log, '');
    for (const [index, rules] of (options.rules ?? [reportRules]).entries()) {
      writeFileSync(path.join(this.folder, `${index}.sec`), rules, 'latin1');
    }
    this.configure(options);
  }

  /** Writes the configuration, instead of an earlier one. */
  configure(options: AgentOptions): void {
    const { input = 'input.log', inputSettings = [], inputs = '' } = options;
    const { state = 'keep', stateDir = 'state', settings = [] } = options;
    const receivers = options.receivers ?? mainReceiver(options);
    const text = `
[agent]
host_name = testhost
state_dir = ${stateDir}
rules = *.sec
${[`state = ${state}`, ...settings].join('\n')}
[input.log]
path = ${input}
${[...inputSettings, inputs].join('\n')}
${receivers}
`;
    writeFileSync(path.join(this.folder, 'nagtail.ini'), text);
  }

  /** Starts `nagtail run` on these files. */
  start(input?: Uint8Array, environment: Readonly<Record<string, string>> = {}): Program {
    const config = path.join(this.folder, 'nagtail.ini');
    const args = ['run', '--config', config, '--log-format', 'json', '--log-level', 'debug'];
    const options = { environment, ...(input === undefined ? {} : { input }) };
    return Program.start(this.#test, 'nagtail', args, options);
  }

  /** Adds lines to the log, in one write; one character a byte. */
  append(...lines: readonly string[]): void {
    appendFileSync(this.log, lines.map((line) => `${line}\n`).join(''), 'latin1');
  }
}

function mainReceiver(options: AgentOptions): string {
  const { port = 0, protocol = 'nsca', method = 14, password = 'secret' } = options;
  const { identity, receiverSettings = [] } = options;
  return `[receiver.main]
protocol = ${protocol}
host = 127.0.0.1
port = ${port}
${protocol === 'nsca' ? `encryption_method = ${method}` : ''}
${identity === undefined ? '' : `identity = ${identity}`}
password = ${password}
${receiverSettings.join('\n')}`;
}
