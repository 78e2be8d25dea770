import { type ChildProcess, spawn } from 'node:child_process';
import { appendFileSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import readline from 'node:readline';
import { Tail } from 'tail';
import yargs from 'yargs';
import { demoLines } from './demo-lines.ts';

/** How long `--once` waits for the first result, in milliseconds. */
const onceDeadlineMs = 30_000;

/** The pause between two lines of the demo log, in milliseconds. */
const demoPauseMs = 1_500;

const root = path.dirname(import.meta.dirname);

interface Options {
  readonly once: boolean;
  readonly logfile: string | undefined;
}

/** A program of ours that runs for the demonstration. */
interface Program {
  readonly child: ChildProcess;
  /** Settles with the fields of the first log record with this code. */
  record(code: string): Promise<Record<string, unknown>>;
}

const options = await readOptions();
const folder = mkdtempSync(path.join(tmpdir(), 'nagtail-quickstart-'));
const commandFile = path.join(folder, 'nagios.cmd');
const log =
  options.logfile === undefined ? path.join(folder, 'demo.log') : path.resolve(options.logfile);
const programs: Program[] = [];
let ending = false;

process.on('SIGINT', () => void end(0));
process.on('SIGTERM', () => void end(0));

try {
  await main();
} catch (error) {
  console.error(`quickstart: ${error instanceof Error ? error.message : error}`);
  await end(1);
}

async function main(): Promise<void> {
  if (options.logfile === undefined) writeFileSync(log, '');
  else if (!existsSync(log)) console.log(`${log} does not exist yet: the agent waits for it.`);
  writeFileSync(commandFile, '');
  followCommandFile();
  const shim = start('nagtail-shim', {});
  const { port } = await shim.record('LISTENING');
  const agent = start('nagtail', { QUICKSTART_PORT: String(port) });
  await agent.record('READY');
  explain(String(port));
  if (options.once) {
    setTimeout(() => {
      console.error(`quickstart: no result arrived within ${onceDeadlineMs / 1000} s`);
      void end(1);
    }, onceDeadlineMs);
  }
  if (options.logfile === undefined) writeDemoLog();
}

async function readOptions(): Promise<Options> {
  const parsed = await yargs(process.argv.slice(2))
    .scriptName('scripts/quickstart')
    .usage(
      '$0 [LOGFILE]\n\nFollows LOGFILE (default: a small demonstration log) with the example rules and shows what Nagios would get.',
    )
    .option('once', {
      type: 'boolean',
      default: false,
      describe: 'end with exit code 0 after the first result, 1 when none comes in 30 s',
    })
    .demandCommand(0, 1)
    .strictOptions()
    .help()
    .version(false)
    .parseAsync();
  const [logfile] = parsed._;
  return { once: parsed.once, logfile: logfile === undefined ? undefined : String(logfile) };
}

function explain(port: string): void {
  const written =
    options.logfile === undefined ? ' (this script writes a line to it now and then)' : '';
  console.log(`
nagtail follows ${log}${written}
with the rules in config/rules, and sends what they find by NSCA to nagtail-shim on 127.0.0.1:${port}.
Below are the external commands that Nagios would read. To try it yourself:

  echo "Nov 15 04:02:24 foohost login: 1 LOGIN FAILURE ON ttyp2" >> ${log}

Then change a rule in config/rules and start this again. Ctrl-C ends it.
`);
}

/** Starts one of our programs; its messages are shown when they are warnings or worse. */
function start(name: 'nagtail' | 'nagtail-shim', extra: NodeJS.ProcessEnv): Program {
  const config = path.join(root, 'config/quickstart', `${name}.ini`);
  const child = spawn(
    path.join(root, 'scripts', name),
    ['run', '--config', config, '--log-format', 'json'],
    {
      env: { ...process.env, QUICKSTART_DIR: folder, QUICKSTART_LOG: log, ...extra },
      // Ctrl-C reaches the whole terminal group; the programs are ended in order instead.
      detached: true,
      stdio: ['ignore', 'inherit', 'pipe'],
    },
  );
  const waiting = new Map<string, (fields: Record<string, unknown>) => void>();
  readline.createInterface({ input: child.stderr }).on('line', (line) => {
    const record = parseRecord(line);
    if (record === undefined || record['level'] === 'warn' || record['level'] === 'error') {
      console.error(`${name}: ${record === undefined ? line : record['message']}`);
    }
    waiting.get(String(record?.['code']))?.(record ?? {});
  });
  child.once('exit', (code) => {
    if (ending) return;
    console.error(`quickstart: ${name} ended with exit code ${code}`);
    void end(1);
  });
  const program: Program = {
    child,
    record: (code) => new Promise((resolve) => waiting.set(code, resolve)),
  };
  programs.push(program);
  return program;
}

function parseRecord(line: string): Record<string, unknown> | undefined {
  try {
    const record: unknown = JSON.parse(line);
    return typeof record === 'object' && record !== null ? { ...record } : undefined;
  } catch {
    // Not a log record: something that failed before logging began.
    return undefined;
  }
}

function followCommandFile(): void {
  const tail = new Tail(commandFile, { fromBeginning: true });
  tail.on('line', (line: string) => {
    console.log(line);
    if (options.once) void end(0);
  });
  tail.on('error', (error: unknown) => {
    console.error(`quickstart: cannot follow ${commandFile}: ${error}`);
  });
}

function writeDemoLog(): void {
  const lines = demoLines();
  const writeNext = () => {
    appendFileSync(log, `${lines.next().value}\n`);
    setTimeout(writeNext, demoPauseMs);
  };
  writeNext();
}

/** Ends the agent, then the receiver, then this script. */
async function end(code: number): Promise<void> {
  if (ending) return;
  ending = true;
  for (const { child } of programs.toReversed()) await endChild(child);
  rmSync(folder, { recursive: true, force: true });
  process.exit(code);
}

async function endChild(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  await exited;
}
