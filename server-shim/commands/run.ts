import type { Argv } from 'yargs';
import { systemClock } from '../../platform/clock.ts';
import { type CommonOptions, programLog } from '../../platform/command-line.ts';
import type { Log } from '../../platform/log.ts';
import { stopSignal } from '../../platform/stop-signal.ts';
import { nscaListenerOptions } from '../config/nsca-listen-config.ts';
import { loadShimConfig, type ShimConfig } from '../config/shim-config.ts';
import { startShim } from '../shim.ts';

/** `nagtail-shim run`: the receiver, in the foreground. */
export function addRunCommand(parser: Argv<CommonOptions>): void {
  parser.command(
    'run',
    'receive check results and hand them to Nagios, in the foreground',
    (command) => command,
    (options) => runShim(loadShimConfig(options.config), programLog('nagtail-shim', options)),
  );
}

/** Receives until a stop signal comes, then hands over what waits. */
async function runShim(config: ShimConfig, log: Log): Promise<void> {
  const { stateDir, journalLimits, nsca, nscaNg, sinks } = config;
  const signal = stopSignal();
  const shim = await startShim(
    {
      stateDir,
      journalLimits,
      nsca: nsca && nscaListenerOptions(nsca),
      nscaNg,
      sinks: sinks.map(({ options }) => options),
    },
    { log, clock: systemClock },
  );
  const name = await signal.received;
  log.info('STOPPING', `${name}: handing over what waits, then stopping`);
  await shim.stop();
  signal.ignore();
}
