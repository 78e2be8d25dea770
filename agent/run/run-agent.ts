import { systemClock } from '../../platform/clock.ts';
import type { Log } from '../../platform/log.ts';
import { releaseStartMemory, startMemoryMs } from '../../platform/release-start-memory.ts';
import { stopSignal } from '../../platform/stop-signal.ts';
import type { AgentConfig } from '../config/agent-config.ts';
import { positionsOf } from '../deliver/delivery.ts';
import { runSession } from './agent-session.ts';
import { AgentStore, type AgentStoreParts } from './agent-store.ts';
import { isDiskTrouble, openPatiently } from './open-patiently.ts';
import { RenewedConfig } from './renewed-config.ts';

/**
 * Runs the agent until a stop signal comes or all inputs have ended, then delivers what is queued.
 * At SIGHUP rules are looked at again, and what the configuration says of the receivers.
 * When its store is lost or damaged meanwhile, it goes on with one that holds as much as can be saved of it, as after a restart.
 */
export async function runAgent(
  config: AgentConfig,
  load: () => AgentConfig,
  log: Log,
): Promise<void> {
  const renewed = new RenewedConfig(config, load, log);
  const { stateDir, mode, receivers } = config;
  const names = receivers.map(({ name }) => name);
  const parts = { stateDir, positions: positionsOf(mode, names), log, clock: systemClock };
  const signal = stopSignal();
  const stopped = signal.received.then((name) => {
    log.info('STOPPING', `${name}: delivering what is queued, then stopping`);
  });
  const cancelRelease = systemClock.setTimer(startMemoryMs, releaseStartMemory);
  let store: AgentStore | undefined;
  try {
    store = await openAgain(parts, stopped);
    while (store !== undefined) {
      const renew = () => renewed.renew();
      const end = await runSession({ store, config: renewed.config, renew, log, stopped });
      // Also at the end nothing shall stay in a file without a name.
      if (end === 'ended' && store.isInPlace) break;
      const before = store;
      store = undefined;
      if (end === 'store damaged') store = await openInstead(before, parts, stopped);
      else store = await putBack(before, parts, stopped);
    }
    log.info('STOPPED', 'stopped');
  } finally {
    cancelRelease();
    signal.ignore();
    store?.close();
  }
}

function openAgain(
  parts: AgentStoreParts,
  stopped: Promise<unknown>,
): Promise<AgentStore | undefined> {
  const mayPass = (error: unknown) => isDiskTrouble(parts.stateDir, error);
  return openPatiently(() => AgentStore.open(parts), { ...parts, stopped, mayPass });
}

function openInstead(
  damaged: AgentStore,
  parts: AgentStoreParts,
  stopped: Promise<unknown>,
): Promise<AgentStore | undefined> {
  damaged.close();
  return openAgain(parts, stopped);
}

/** What the lost file holds is worth every attempt: until it is closed nothing of it is gone. */
async function putBack(
  lost: AgentStore,
  parts: AgentStoreParts,
  stopped: Promise<unknown>,
): Promise<AgentStore | undefined> {
  const { log } = parts;
  const message = `the store ${lost.file} was removed while the agent runs, or another file has its name: it is put back`;
  log.error('STORE_LOST', message, { file: lost.file });
  const mayPass = () => true;
  const put = () => {
    lost.putBack();
    return true;
  };
  if (await openPatiently(put, { ...parts, stopped, mayPass })) {
    return await openAgain(parts, stopped);
  }
  log.error('NOT_COMMITTED', `stopped before ${lost.file} could be put back: what it held is lost`);
  lost.close();
  return undefined;
}
