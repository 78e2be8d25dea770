import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { messageOf } from '../../platform/errors.ts';
import type { Log } from '../../platform/log.ts';
import type { PacketEvent, PacketReader } from '../../protocol/nsca/packet-reader.ts';
import type { DecryptAnswer, DecryptJob, DecryptThreadData } from './decrypt-job.ts';

/** More threads would only take memory: a receiver is seldom as busy. */
const threadsMax = 4;

interface Waiting {
  readonly reader: PacketReader;
  readonly chunk: Uint8Array;
  readonly done: (events: readonly PacketEvent[]) => void;
}

/** One thread, and the jobs that it has, oldest first. */
interface Thread {
  readonly worker: Worker;
  readonly jobs: Waiting[];
}

/**
 * Threads that decrypt. They start with the first job. A connection's reader must get
 * its next bytes only when its last job is done: its order is its own.
 *
 * Should a thread end, its jobs are done here, and the pool does without it.
 */
export class DecryptPool {
  readonly #data: DecryptThreadData;
  readonly #log: Log;
  #threads: Thread[] | undefined;

  constructor(data: DecryptThreadData, log: Log) {
    this.#data = data;
    this.#log = log;
  }

  /** Gives a reader the next bytes in another thread. */
  push(reader: PacketReader, chunk: Uint8Array): Promise<readonly PacketEvent[]> {
    this.#threads ??= this.#start();
    const thread = this.#idlest(this.#threads);
    if (thread === undefined) return Promise.resolve(reader.push(chunk));
    return new Promise((done) => {
      thread.jobs.push({ reader, chunk, done });
      // Moving a copy costs half of what it costs to let the message copy the bytes.
      const copy = new Uint8Array(chunk);
      const job: DecryptJob = { state: reader.state, chunk: copy };
      thread.worker.postMessage(job, [copy.buffer]);
    });
  }

  /** Ends the threads. */
  async stop(): Promise<void> {
    const threads = this.#threads ?? [];
    this.#threads = [];
    await Promise.all(threads.map(({ worker }) => worker.terminate()));
  }

  #start(): Thread[] {
    const count = Math.min(threadsMax, availableParallelism());
    return Array.from({ length: count }, () => this.#startThread());
  }

  #startThread(): Thread {
    const url = new URL('./decrypt-thread.ts', import.meta.url);
    const thread: Thread = { worker: new Worker(url, { workerData: this.#data }), jobs: [] };
    thread.worker.on('message', ({ state, events }: DecryptAnswer) => {
      const job = thread.jobs.shift();
      job?.reader.resume(state);
      job?.done(events);
    });
    thread.worker.on('error', (error) => {
      const message = `a thread that decrypts has failed, its work is done elsewhere: ${messageOf(error)}`;
      this.#log.error('DECRYPT_THREAD_FAILED', message);
    });
    thread.worker.once('exit', () => this.#without(thread));
    thread.worker.unref();
    return thread;
  }

  #without(thread: Thread): void {
    this.#threads = this.#threads?.filter((other) => other !== thread);
    for (const { reader, chunk, done } of thread.jobs.splice(0)) done(reader.push(chunk));
  }

  #idlest(threads: readonly Thread[]): Thread | undefined {
    const [first, ...others] = threads;
    return others.reduce(
      (idlest, thread) => (thread.jobs.length < (idlest?.jobs.length ?? 0) ? thread : idlest),
      first,
    );
  }
}
