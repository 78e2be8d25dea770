import path from 'node:path';
import { optionalPath, optionalPort, text } from '../config-keys.ts';
import { type ReadContext, readSection } from '../config-schema.ts';
import { type IniFile, singleSection } from '../ini-file.ts';
import type { ProblemList } from '../problem.ts';
import type { StatusEndpoints } from './status-server.ts';

/** The keys of `[metrics]`, of both programs. */
export const metricsKeys = {
  socket: optionalPath(
    'Unix socket on which the program tells how it is; without it `status.sock` in state_dir',
  ),
  address: text('address for the port', { otherwise: '127.0.0.1' }),
  port: optionalPort(
    'TCP port for Prometheus, which gets /metrics there; 0 lets the system choose',
  ),
};

/** The name of the socket in `state_dir`. */
const socketName = 'status.sock';

/** Where a program tells how it is when its configuration says nothing about that. */
export function defaultStatusEndpoints(stateDir: string): StatusEndpoints {
  return { socket: path.join(stateDir, socketName), tcp: undefined };
}

/** Reads `[metrics]`, which may be missing; undefined after reporting what is wrong. */
export function readMetrics(
  ini: IniFile,
  context: ReadContext,
  problems: ProblemList,
): ((stateDir: string) => StatusEndpoints) | undefined {
  const read = readSection(singleSection(ini, 'metrics'), metricsKeys, context, problems);
  if (read === undefined) return undefined;
  const { socket, address, port } = read.values;
  const tcp = port === undefined ? undefined : { address, port };
  return (stateDir) => ({ socket: socket ?? path.join(stateDir, socketName), tcp });
}
