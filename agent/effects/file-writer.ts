import { closeSync, constants, fstatSync, openSync } from 'node:fs';
import { systemReason } from '../../platform/errors.ts';
import type { Log } from '../../platform/log.ts';
import { type ByteString, bytesOf, textOf } from '../../protocol/byte-string.ts';
import { FailingTargets } from './failing-targets.ts';
import { writeFully } from './write-fully.ts';

/** Files that are kept open at once; beyond it the one opened first is closed. */
const openFilesMax = 64;

/** How long a full fifo may hold up the rules, in milliseconds; what it has not taken by then is lost. */
const fullFifoWaitMs = 1000;

const standardOutput = 1;

/**
 * Writes the texts of `write` actions: collected while a block of log lines is
 * handled, written by `flush()`, so that each file gets one write for many texts.
 */
export class FileWriter {
  readonly #log: Log;
  readonly #pending = new Map<ByteString, ByteString[]>();
  readonly #open = new Map<ByteString, number>([['-', standardOutput]]);
  readonly #failing = new FailingTargets();

  constructor(log: Log) {
    this.#log = log;
  }

  /** Adds text for a file; `-` is standard output. */
  write(file: ByteString, text: ByteString): void {
    const texts = this.#pending.get(file);
    if (texts) texts.push(text);
    else this.#pending.set(file, [text]);
  }

  /** Writes what was collected for a file and closes it; the next text opens it again. */
  closeFile(file: ByteString): void {
    const texts = this.#pending.get(file);
    if (texts) this.#writeTexts(file, texts);
    this.#pending.delete(file);
    this.#close(file);
  }

  /** Writes what was collected. A file that cannot be written loses its texts; that is logged once. */
  flush(): void {
    if (this.#pending.size === 0) return;
    for (const [file, texts] of this.#pending) this.#writeTexts(file, texts);
    this.#pending.clear();
  }

  /** Writes what was collected and closes all files but standard output; the next text opens them again. */
  closeOutputs(): void {
    this.flush();
    for (const file of [...this.#open.keys()]) this.#close(file);
  }

  /** Writes what was collected and closes all files. */
  close(): void {
    this.closeOutputs();
    this.#open.clear();
  }

  #writeTexts(file: ByteString, texts: readonly ByteString[]): void {
    try {
      writeFully(this.#descriptor(file), bytesOf(texts.join('')), this.#patienceWith(file));
      if (this.#failing.works(file)) {
        this.#log.info('WRITE_WORKS', `writing to ${textOf(file)} works again`);
      }
    } catch (error) {
      this.#close(file);
      if (!this.#failing.fails(file)) return;
      this.#log.warn(
        'WRITE_FAILED',
        `cannot write to ${textOf(file)}, text for it is lost: ${systemReason(error)}`,
        { texts: texts.length },
      );
    }
  }

  /** In milliseconds. As in SEC standard output is waited for as long as it takes. */
  #patienceWith(file: ByteString): number {
    if (file === '-') return Number.POSITIVE_INFINITY;
    return this.#failing.has(file) ? 0 : fullFifoWaitMs;
  }

  #descriptor(file: ByteString): number {
    const known = this.#open.get(file);
    if (known !== undefined) return known;
    const { O_WRONLY, O_APPEND, O_CREAT, O_NONBLOCK } = constants;
    // Without O_NONBLOCK the opening of a fifo that nobody reads would stop all rules.
    const descriptor = openSync(bytesOf(file), O_WRONLY | O_APPEND | O_CREAT | O_NONBLOCK, 0o644);
    const status = fstatSync(descriptor);
    if (!status.isFile() && !status.isFIFO() && !status.isCharacterDevice()) {
      closeSync(descriptor);
      throw new Error('it is neither a file nor a fifo');
    }
    this.#makeRoom();
    this.#open.set(file, descriptor);
    return descriptor;
  }

  #makeRoom(): void {
    if (this.#open.size <= openFilesMax) return;
    const oldest = [...this.#open.keys()].find((file) => file !== '-');
    if (oldest !== undefined) this.#close(oldest);
  }

  #close(file: ByteString): void {
    const descriptor = this.#open.get(file);
    if (descriptor === undefined || descriptor === standardOutput) return;
    closeSync(descriptor);
    this.#open.delete(file);
  }
}
