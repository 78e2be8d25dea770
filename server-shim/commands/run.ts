import { rmSync, writeFileSync } from 'node:fs';
import type { Argv } from 'yargs';
import { becomeUser } from '../../platform/become-user.ts';
import { systemClock } from '../../platform/clock.ts';
import { type CommonOptions, type LogOptions, programLog } from '../../platform/command-line.ts';
import { inheritedSockets } from '../../platform/inherited-sockets.ts';
import type { Log } from '../../platform/log.ts';
import { stopSignal } from '../../platform/stop-signal.ts';
import { loadNscaCfg, sayProblems } from '../config/load-nsca-cfg.ts';
import { nscaListenerOptions } from '../config/nsca-listen-config.ts';
import { loadShimConfig, type ShimConfig } from '../config/shim-config.ts';
import { listenerSockets } from '../listen/listener-sockets.ts';
import { startShim } from '../shim.ts';

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
  const { config, single, daemon, foreground, inetd } = options;
  const isForNsca = single || daemon || foreground || inetd;
  const nscaFile = options.nscaCfg ?? (isForNsca ? config : undefined);
  if (nscaFile === undefined) {
    await runShim(loadShimConfig(config), programLog('nagtail-shim', options));
    return;
  }
  const { cfg, problems } = loadNscaCfg(nscaFile, options.stateDir);
  const logLevel = cfg.isDebugging ? 'debug' : options.logLevel;
  const log = programLog('nagtail-shim', { ...options, logLevel });
  sayProblems(problems, log);
  const { pidFile } = cfg;
  if (pidFile !== undefined) writeFileSync(pidFile, `${process.pid}\n`);
  try {
    becomeUser(cfg, nscaFile);
    await runShim(cfg.config, log, inetd ? 0 : undefined);
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

/** Receives until a stop signal comes, then hands over what waits. */
async function runShim(config: ShimConfig, log: Log, nscaFd?: number): Promise<void> {
  const { stateDir, journalLimits, nsca, nscaNg, nrdp, sinks, metrics } = config;
  const sockets = listenerSockets(inheritedSockets(), { nsca, 'nsca-ng': nscaNg, nrdp });
  const signal = stopSignal();
  const shim = await startShim(
    {
      stateDir,
      journalLimits,
      nsca: nsca && { ...nscaListenerOptions(nsca), fd: nscaFd ?? sockets.nsca },
      nscaNg: nscaNg && { ...nscaNg, fd: sockets['nsca-ng'] },
      nrdp: nrdp && { ...nrdp, fd: sockets.nrdp },
      sinks: sinks.map(({ options }) => options),
      metrics,
    },
    { log, clock: systemClock },
  );
  const name = await signal.received;
  log.info('STOPPING', `${name}: handing over what waits, then stopping`);
  await shim.stop();
  signal.ignore();
}
