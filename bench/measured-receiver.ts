import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { freePort } from '../test/support/free-port.ts';
import { CommandLines } from './command-lines.ts';
import { type ProcessUsage, processUsage } from './process-usage.ts';

/** Where a receiver is to run. */
export interface ReceiverPlace {
  /** A folder of its own, which is removed afterwards. */
  readonly folder: string;
  readonly port: number;
  /** Its command file. */
  readonly fifo: string;
}

/** A receiver that answers. */
export interface RunningReceiver {
  readonly port: number;
  /** What it writes into its command file. */
  readonly lines: CommandLines;
  readonly usage: () => ProcessUsage;
}

/**
 * Runs a receiver for a measurement, and kills it behind it.
 * @param greetingBytes how much it says to a client that connects; a client waits for all of it
 */
export async function withReceiver<Measured>(
  start: (place: ReceiverPlace) => ChildProcess,
  greetingBytes: number,
  measure: (receiver: RunningReceiver) => Promise<Measured>,
): Promise<Measured> {
  const folder = mkdtempSync(path.join(tmpdir(), 'nagtail-bench-'));
  const lines = new CommandLines(path.join(folder, 'fifo'));
  const port = await freePort();
  const child = start({ folder, port, fifo: lines.fifo });
  try {
    await untilItAnswers(port, greetingBytes);
    return await measure({ port, lines, usage: () => processUsage(child.pid ?? 0) });
  } finally {
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
    await lines.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Starts nagtail-shim with these sections about who may report. */
export function startShim({ folder, fifo }: ReceiverPlace, sections: string): ChildProcess {
  const config = path.join(folder, 'shim.ini');
  writeFileSync(
    config,
    `[shim]\nstate_dir = state\n${sections}[sink.nagios]\ntype = command-file\npath = ${fifo}\n`,
  );
  const main = path.join(import.meta.dirname, '../server-shim/main.ts');
  return spawn(process.execPath, [main, 'run', '-c', config, '--log-level', 'error'], {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, NO_COLOR: '1' },
  });
}

/** Waits until a receiver answers. Its greeting is read to its end: nsca must not be left halfway. */
export async function untilItAnswers(port: number, greetingBytes: number): Promise<void> {
  for (;;) {
    const socket = connect({ host: '127.0.0.1', port });
    try {
      await once(socket, 'connect');
      let bytes = 0;
      if (greetingBytes === 0) return;
      for await (const chunk of socket) {
        bytes += chunk.length;
        if (bytes >= greetingBytes) return;
      }
    } catch {
      // Nobody listens there yet.
    } finally {
      socket.destroy();
    }
    await delay(20);
  }
}

/** The run in the middle, by speed. */
export function medianRun<Run extends { readonly resultsPerSecond: number }>(
  runs: readonly Run[],
): Run {
  const sorted = runs.toSorted((a, b) => a.resultsPerSecond - b.resultsPerSecond);
  const middle = sorted[sorted.length >> 1];
  if (middle === undefined) throw new Error('no runs');
  return middle;
}

/** Numbers of a command line, between commas. */
export function numbersIn(text: string): number[] {
  return text.split(',').map(Number);
}
