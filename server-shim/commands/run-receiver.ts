import { systemClock } from '../../platform/clock.ts';
import { ConfigError, messageOf } from '../../platform/errors.ts';
import { inheritedSockets } from '../../platform/inherited-sockets.ts';
import type { LogLevel } from '../../platform/log.ts';
import { formatProblem } from '../../platform/problem.ts';
import type { ReloadSignal } from '../../platform/reload-signal.ts';
import { stopSignal } from '../../platform/stop-signal.ts';
import type { LeveledLog } from '../../platform/winston-log.ts';
import { nscaListenerOptions } from '../config/nsca-listen-config.ts';
import type { ShimConfig } from '../config/shim-config.ts';
import { listenerSockets } from '../listen/listener-sockets.ts';
import { type Shim, type ShimOptions, startShim } from '../shim.ts';

export interface ReceiverProgram {
  readonly log: LeveledLog;
  /** That of the command line, which wins over the configuration's. */
  readonly logLevel: LogLevel | undefined;
  readonly reloadSignal: ReloadSignal;
  /** Reads the configuration again. @throws ConfigError */
  readonly load: () => ShimConfig;
  /** A socket that listens already, for the listener of NSCA. */
  readonly nscaFd?: number | undefined;
}

/**
 * Receives until a stop signal comes, then hands over what waits. At SIGHUP the configuration is read
 * again, and the receiver goes by it.
 */
export async function runReceiver(config: ShimConfig, program: ReceiverProgram): Promise<void> {
  const { log, logLevel, reloadSignal } = program;
  log.setLevel(logLevel ?? config.logLevel);
  const signal = stopSignal();
  const shim = await startShim(optionsOf(config, program), { log, clock: systemClock });
  reloadSignal.serve(() => reload(shim, program));
  const name = await signal.received;
  // One that comes now means nothing any more, but must not end the program, either.
  reloadSignal.serve(async () => {});
  log.info('STOPPING', `${name}: handing over what waits, then stopping`);
  await shim.stop();
  signal.ignore();
}

/** Goes by the configuration as it is now; when that cannot be used all stays as it was. */
async function reload(shim: Shim, program: ReceiverProgram): Promise<void> {
  const { log, logLevel } = program;
  try {
    const config = program.load();
    const needs = await shim.reload(optionsOf(config, program));
    log.setLevel(logLevel ?? config.logLevel);
    if (needs.length > 0) {
      const message = `a restart is needed for what stays as it was: ${needs.join('; ')}`;
      log.warn('RESTART_NEEDED', message);
    }
    log.info('CONFIG_RELOADED', `the receiver goes by ${config.file} as it is now`);
  } catch (error) {
    const problems =
      error instanceof ConfigError ? error.problems.map(formatProblem) : [messageOf(error)];
    for (const problem of problems) log.error('CONFIG_PROBLEM', problem);
    shim.keepConfig();
    log.error('CONFIG_KEPT', 'the configuration cannot be used; the receiver goes on as it was');
  }
}

function optionsOf(config: ShimConfig, { nscaFd }: ReceiverProgram): ShimOptions {
  const { stateDir, journalLimits, nsca, nscaNg, nrdp, sinks, metrics } = config;
  const sockets = listenerSockets(inheritedSockets(), { nsca, 'nsca-ng': nscaNg, nrdp });
  return {
    stateDir,
    journalLimits,
    nsca: nsca && { ...nscaListenerOptions(nsca), fd: nscaFd ?? sockets.nsca },
    nscaNg: nscaNg && { ...nscaNg, fd: sockets['nsca-ng'] },
    nrdp: nrdp && { ...nrdp, fd: sockets.nrdp },
    sinks: sinks.map(({ options }) => options),
    metrics,
  };
}
