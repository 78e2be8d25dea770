import { codeView, lineAt } from './code-view.ts';
import { importsOf } from './imports-of.ts';
import type { ProjectFile } from './project-files.ts';

/** Where time, chance and the outside world must not enter by themselves: see CONTRIBUTING.md. */
const pureFolders = ['protocol/', 'agent/sec/', 'server-shim/admit/'];

const time =
  /\bDate\.now\b|\bnew Date(?:\(\s*\)|(?=\s*[;,)]))|\bDate\(\s*\)|\bperformance\.\w+|\bprocess\.hrtime\b/g;
const timers = /\b(?:setTimeout|setInterval|setImmediate)\b|\bAbortSignal\.timeout\b/g;
const chance = /\bMath\.random\b/g;
/** What node:crypto has of it; the rest of that module is for everybody. */
const keys =
  /\brandom(?:Bytes|Int|UUID|Fill|FillSync)\b|\bgetRandomValues\b|\bgenerate(?:Key|Prime)\w*|\bcrypto\./g;
/** Taken out of the object that the other rules look for. */
const takenOut = /\}\s*=\s*(?:Date|Math|performance)\b/g;
const takenOutOfProcess = /\}\s*=\s*(?:process|globalThis)\b/g;
const environment = /\bprocess\.env\b/g;
const console = /\bconsole\.\w+/g;
const world = /\bprocess\.|\bconsole\.|\bglobalThis\b|\bfetch\(|\beval\(|\bnew Function\(/g;
const worldModules =
  /^node:(?:fs|net|tls|http|https|dgram|child_process|worker_threads|os|process|timers|perf_hooks)(?:\/|$)/;

/** A use that is right although the table above bans it. */
interface Exception {
  readonly file: string;
  readonly use: string;
  readonly reason: string;
}

const exceptions: readonly Exception[] = [
  {
    file: 'agent/pipeline/pipeline-thread.ts',
    use: 'setTimeout',
    reason: 'the turn of the loop: it decides nothing by time, a test runs Pipeline.turn() itself',
  },
  {
    file: 'agent/perl/find-perl.ts',
    use: 'process.env',
    reason:
      'NAGTAIL_PERL and PATH name a program of the host; a test gives an environment of its own',
  },
  {
    file: 'agent/simulate/run-simulation.ts',
    use: 'process.env',
    reason: 'sets TZ for the whole process, which only the environment can; a dump tells all of it',
  },
  {
    file: 'agent/commands/sec.ts',
    use: 'process.env',
    reason: 'names a file with options, and is a part of dumps: handed on from here',
  },
  {
    file: 'agent/run/agent-session.ts',
    use: 'Math.random',
    reason: 'the place where chance enters: it is given to what needs it from here',
  },
  {
    file: 'agent/commands/send.ts',
    use: 'Math.random',
    reason: 'the same',
  },
];

/** The banned calls and imports of a file of the product. */
export function bannedCallFaults(file: ProjectFile): string[] {
  const pure = pureFolders.some((folder) => file.path.startsWith(folder));
  const bans = pure
    ? [time, timers, chance, keys, takenOut, takenOutOfProcess, world]
    : file.path.startsWith('platform/')
      ? [chance, console]
      : [time, timers, chance, takenOut, environment, console];
  const { code } = codeView(file.text);
  const calls = bans
    .flatMap((ban) => [...code.matchAll(ban)])
    .filter(([use]) => !isException(file.path, use))
    .map((match) => `${file.path}:${lineAt(code, match.index)}: ${match[0]} is banned here`);
  const imports = importsOf(file)
    .filter(({ specifier }) => isBannedModule(specifier, pure))
    .map(({ line, specifier }) => `${file.path}:${line}: ${specifier} is banned here`);
  return [...calls, ...imports];
}

/** Exceptions that no longer except anything. */
export function unusedExceptions(files: readonly ProjectFile[]): string[] {
  const isUsed = ({ file, use }: Exception) =>
    files.some(({ path, text }) => path === file && text.includes(use));
  return exceptions
    .filter((exception) => !isUsed(exception))
    .map(({ file, use }) => `${file}: ${use}`);
}

function isException(path: string, use: string): boolean {
  return exceptions.some((exception) => exception.file === path && exception.use === use);
}

function isBannedModule(specifier: string, pure: boolean): boolean {
  return pure ? worldModules.test(specifier) : /^(?:node:)?timers(?:\/|$)/.test(specifier);
}
