import { closeSync, constants, fstatSync, openSync, readSync, statSync } from 'node:fs';
import { systemCodeOf } from '../../platform/errors.ts';
import { type ByteString, byteStringFrom } from '../../protocol/byte-string.ts';
import type { Host } from '../sec/engine/host.ts';
import { perlGlob } from '../sec-program/perl-glob.ts';
import type { SecLine } from '../sec-program/sec-loop.ts';
import type { SecOptions } from '../sec-program/sec-options.ts';
import type { SecSourceStatus, SecSources } from './sec-sources.ts';

interface PlainFile {
  readonly name: string;
  readonly context: string | undefined;
  fd: number | undefined;
  rest: string;
  lines: string[];
  count: number;
  eof: boolean;
  offset: number | null;
}

/** STAND-IN until SecFileInputs is there: reads what grows, and knows nothing of rotation. */
export class PlainSources implements SecSources {
  readonly #host: () => Host;
  #options: SecOptions;
  #files: PlainFile[] = [];
  #turn = 0;

  constructor(options: SecOptions, host: () => Host) {
    this.#options = options;
    this.#host = host;
  }

  open(): void {
    this.#open(this.#options.tail && !this.#options.fromStart);
  }

  #open(atEnd: boolean) {
    const named = new Map<string, string | undefined>();
    for (const { pattern, context } of this.#options.input)
      for (const f of perlGlob(pattern)) named.set(f, context);
    const before = this.#files;
    this.#files = [...named.keys()].sort().map((name) => {
      this.#host().log(4, `Opening input file ${name}`);
      const old = before.find((f) => f.name === name && f.fd !== undefined);
      if (old) {
        this.#host().log(6, `Input file ${name} already open`);
        return old;
      }
      const file: PlainFile = {
        name,
        context: named.get(name),
        fd: undefined,
        rest: '',
        lines: [],
        count: 0,
        eof: false,
        offset: null,
      };
      try {
        file.fd = openSync(
          name === '-' ? '/dev/stdin' : name,
          (statSync(name === '-' ? '/dev/stdin' : name).isFIFO() &&
          this.#options.tail &&
          name !== '-'
            ? constants.O_RDWR
            : constants.O_RDONLY) | constants.O_NONBLOCK,
        );
        const status = fstatSync(file.fd);
        if (status.isFile()) file.offset = atEnd ? status.size : 0;
      } catch {
        if (name === '-') {
          file.fd = 0;
          return file;
        }
        this.#host().log(3, `Input file ${name} does not exist!`);
        file.eof = true;
      }
      return file;
    });
  }

  next(): SecLine | undefined {
    for (let i = 0; i < this.#files.length; i++) {
      const file = this.#files[this.#turn++ % this.#files.length];
      if (!file) continue;
      if (file.lines.length === 0) this.#read(file);
      const text = file.lines.shift();
      if (text !== undefined) {
        file.count++;
        return { text, source: file.name, context: file.context };
      }
    }
    return undefined;
  }

  #read(file: PlainFile): void {
    if (file.fd === undefined) return;
    const buffer = Buffer.alloc(this.#options.blockSize);
    try {
      const n = readSync(file.fd, buffer, 0, buffer.length, file.offset);
      if (n === 0) {
        file.eof = true;
        if (file.rest !== '' && !this.#options.tail) file.lines.push(file.rest);
        if (!this.#options.tail) file.rest = '';
        return;
      }
      if (file.offset !== null) file.offset += n;
      file.eof = false;
      const lines = (file.rest + byteStringFrom(buffer, 0, n)).split('\n');
      file.rest = lines.pop() ?? '';
      file.lines.push(...lines);
    } catch (error) {
      if (systemCodeOf(error) !== 'EAGAIN') throw error;
    }
  }

  get ended(): boolean {
    return !this.#options.tail && this.#files.every((f) => f.eof && f.lines.length === 0);
  }

  reopen(how: 'full' | 'soft', options: SecOptions): void {
    this.#options = options;
    if (how === 'full' || !options.keepOpen) {
      this.close();
      this.#files = [];
    }
    this.#open(true);
  }

  add(file: ByteString): void {
    this.#host().log(3, `not here: addinput ${file}`);
  }
  drop(): void {}

  get statuses(): readonly SecSourceStatus[] {
    return this.#files.map((f) => {
      const s = f.fd === undefined ? undefined : fstatSync(f.fd);
      return {
        file: f.name,
        context: this.#options.internalContexts
          ? (f.context ?? `_FILE_EVENT_${f.name}`)
          : undefined,
        open: f.fd !== undefined,
        lines: f.count,
        type: s?.isFile() ? 'regular file' : s?.isFIFO() ? 'pipe' : undefined,
        device: s?.dev,
        inode: s?.ino,
        offset: f.offset ?? undefined,
        size: s?.isFile() ? s.size : undefined,
      };
    });
  }

  close(): void {
    for (const f of this.#files) if (f.fd !== undefined) closeSync(f.fd);
  }
}
