import { rmSync, writeFileSync } from 'node:fs';
import type { Argv } from 'yargs';
import { becomeUser } from '../../platform/become-user.ts';
import { type CommonOptions, type LogOptions, programLog } from '../../platform/command-line.ts';
import { ReloadSignal } from '../../platform/reload-signal.ts';
import { loadNscaCfg, sayProblems } from '../config/load-nsca-cfg.ts';
import { loadShimConfig } from '../config/shim-config.ts';
import { runReceiver } from './run-receiver.ts';

/** What `run` is asked for on the command line. */
interface RunOptions extends LogOptions {
  readonly config: string;
  readonly nscaCfg?: string | undefined;
  readonly stateDir: string;
  readonly single: boolean;
  readonly daemon: boolean;
  readonly foreground: boolean;
  readonly inetd: boolean;
}

/** `nagtail-shim run`: the receiver, in the foreground. */
export function addRunCommand(parser: Argv<CommonOptions>): void {
  parser.command(
    'run',
    'receive check results and hand them to Nagios, in the foreground',
    (command) =>
      command
        .option('nsca-cfg', {
          type: 'string',
          requiresArg: true,
          describe: 'take a configuration of the real nsca in place of our own',
        })
        .option('state-dir', {
          type: 'string',
          requiresArg: true,
          default: '/var/lib/nagtail-shim',
          describe: 'with --nsca-cfg: folder for what must survive a restart',
        })
        .option('single', switchOf("nsca's option: then -c names an nsca.cfg"))
        .option('daemon', switchOf('the same; it stays in the foreground'))
        .option('foreground', { ...switchOf('the same'), alias: 'f' })
        .option('inetd', switchOf('the same; it listens on the socket that is standard input')),
    (options) => runWith(options),
  );
}

function switchOf(describe: string) {
  return { type: 'boolean', default: false, describe } as const;
}

async function runWith(options: RunOptions): Promise<void> {
  const { config: file, single, daemon, foreground, inetd } = options;
  const isForNsca = single || daemon || foreground || inetd;
  const nscaFile = options.nscaCfg ?? (isForNsca ? file : undefined);
  const log = programLog('nagtail-shim', options);
  const settings = { log, logLevel: options.logLevel, reloadSignal: new ReloadSignal() };
  if (nscaFile === undefined) {
    const load = () => loadShimConfig(file);
    await runReceiver(load(), { ...settings, load });
    return;
  }
  const load = () => {
    const { cfg, problems } = loadNscaCfg(nscaFile, options.stateDir);
    sayProblems(problems, log);
    return cfg;
  };
  const cfg = load();
  const { config, pidFile } = cfg;
  if (pidFile !== undefined) writeFileSync(pidFile, `${process.pid}\n`);
  try {
    becomeUser(cfg, nscaFile);
    const nscaFd = inetd ? 0 : undefined;
    await runReceiver(config, { ...settings, load: () => load().config, nscaFd });
  } finally {
    // Its folder may be root's: then the file stays, as nsca's does.
    if (pidFile !== undefined) removeIfPossible(pidFile);
  }
}

function removeIfPossible(file: string): void {
  try {
    rmSync(file, { force: true });
  } catch {
    // The number of a process that has ended does no harm.
  }
}
