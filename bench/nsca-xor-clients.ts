import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { text } from 'node:stream/consumers';

/** What clients of nsca-xor-clients.c are to do. */
export interface XorClients {
  readonly port: number;
  readonly password: Uint8Array;
  /** Connections at the same time. */
  readonly clients: number;
  /** In all, each with one result. */
  readonly connections: number;
  /** A plain packet of 4304 bytes; its time is exchanged. */
  readonly packet: Uint8Array;
  /** After so long without an answer a client gives up. */
  readonly giveUpMs: number;
}

let program: string | undefined;

/** Compiles them at the first call, and runs them; gives how many connections were not served. */
export async function runXorClients(load: XorClients): Promise<number> {
  program ??= compile();
  const { port, clients, connections, password, giveUpMs } = load;
  const args = [port, clients, connections, Buffer.from(password).toString(), giveUpMs].map(String);
  const child = spawn(program, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  const ended = once(child, 'exit');
  child.stdin.end(load.packet);
  const unserved = await text(child.stdout);
  const [code] = await ended;
  if (code !== 0) throw new Error(`the clients ended with ${code}`);
  return Number(unserved);
}

function compile(): string {
  const source = path.join(import.meta.dirname, 'nsca-xor-clients.c');
  const folder = mkdtempSync(path.join(tmpdir(), 'nagtail-bench-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  const target = path.join(folder, 'clients');
  const { status, error } = spawnSync('cc', ['-O2', '-o', target, source], { stdio: 'inherit' });
  if (status !== 0) throw new Error('cannot compile nsca-xor-clients.c', { cause: error });
  return target;
}
