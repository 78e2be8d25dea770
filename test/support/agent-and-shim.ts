import type { TestContext } from 'node:test';
import { AgentFiles, type AgentOptions } from './agent-files.ts';
import { freePort } from './free-port.ts';
import type { Program } from './program.ts';
import { ShimFiles } from './shim-files.ts';

/** A receiver that listens, and the files of an agent that reports to it by NSCA. */
export interface AgentAndShim {
  readonly shim: ShimFiles;
  readonly receiver: Program;
  readonly files: AgentFiles;
}

/** Starts a receiver; the agent is for the test to start. */
export async function agentAndShim(
  t: TestContext,
  options: AgentOptions = {},
): Promise<AgentAndShim> {
  const port = await freePort();
  const { method } = options;
  const shim = new ShimFiles(t, { port, ...(method === undefined ? {} : { method }) });
  const receiver = await shim.start();
  return { shim, receiver, files: new AgentFiles(t, { port, ...options }) };
}
