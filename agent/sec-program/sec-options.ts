import type { ByteString } from '../../protocol/byte-string.ts';

/** An input as it was given: a glob, `-` for standard input, and perhaps a context of its own. */
export interface SecInputOption {
  readonly pattern: string;
  readonly context: ByteString | undefined;
}

/** SEC's options that its main loop, its inputs and its rules depend on. */
export interface SecOptions {
  readonly conf: readonly string[];
  readonly input: readonly SecInputOption[];
  readonly inputTimeout: number;
  readonly timeoutScript: string | undefined;
  readonly reopenTimeout: number;
  readonly checkTimeout: number;
  readonly pollTimeout: number;
  readonly blockSize: number;
  readonly bufferSize: number;
  readonly eventStoreSize: number;
  readonly cleanTime: number;
  readonly debug: number;
  readonly quoting: boolean;
  readonly tail: boolean;
  readonly fromStart: boolean;
  readonly jointBuffer: boolean;
  readonly keepOpen: boolean;
  readonly readWriteFifo: boolean;
  readonly childTerm: boolean;
  readonly internalEvents: boolean;
  readonly internalContexts: boolean;
}

/** SEC's defaults. */
export const defaultSecOptions: SecOptions = {
  conf: [],
  input: [],
  inputTimeout: 0,
  timeoutScript: undefined,
  reopenTimeout: 0,
  checkTimeout: 0,
  pollTimeout: 0.1,
  blockSize: 8192,
  bufferSize: 0,
  eventStoreSize: 0,
  cleanTime: 1,
  debug: 6,
  quoting: false,
  tail: true,
  fromStart: false,
  jointBuffer: false,
  keepOpen: true,
  readWriteFifo: true,
  childTerm: true,
  internalEvents: false,
  internalContexts: false,
};
