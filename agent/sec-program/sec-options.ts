import type { ByteString } from '../../protocol/byte-string.ts';

/** An input as it was given: a glob, `-` for standard input, and perhaps a context of its own. */
export interface SecInputOption {
  readonly pattern: string;
  readonly context: ByteString | undefined;
}

/** SEC's options. Times are in seconds, sizes in the unit that the name says. */
export interface SecOptions {
  readonly conf: readonly string[];
  readonly input: readonly SecInputOption[];
  readonly inputTimeout: number;
  readonly timeoutScript: string | undefined;
  readonly reopenTimeout: number;
  readonly checkTimeout: number;
  readonly pollTimeout: number;
  readonly socketTimeout: number;
  /** Bytes. */
  readonly blockSize: number;
  /** Lines; 0 for as many as the largest pattern needs. */
  readonly bufferSize: number;
  /** Events; 0 is no limit. */
  readonly eventStoreSize: number;
  readonly cleanTime: number;
  readonly logFile: string | undefined;
  readonly syslogFacility: string | undefined;
  readonly debug: number;
  readonly pidFile: string | undefined;
  readonly dumpFile: string;
  /** The time is appended to the name of a dump. */
  readonly dumpTimeStamp: boolean;
  readonly dumpAsJson: boolean;
  readonly user: string | undefined;
  readonly groups: readonly string[];
  readonly umask: number | undefined;
  /** The time that each rule takes is measured. */
  readonly rulePerformance: boolean;
  readonly quoting: boolean;
  readonly tail: boolean;
  readonly fromStart: boolean;
  readonly detach: boolean;
  readonly jointBuffer: boolean;
  readonly keepOpen: boolean;
  readonly readWriteFifo: boolean;
  readonly childTerm: boolean;
  readonly internalEvents: boolean;
  readonly internalContexts: boolean;
  readonly testOnly: boolean;
  /** Not SEC's: rules are only tried on lines that they can match. Without it the results are the same. */
  readonly prefilter: boolean;
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
  socketTimeout: 60,
  blockSize: 8192,
  bufferSize: 0,
  eventStoreSize: 0,
  cleanTime: 1,
  logFile: undefined,
  syslogFacility: undefined,
  debug: 6,
  pidFile: undefined,
  dumpFile: '/tmp/sec.dump',
  dumpTimeStamp: false,
  dumpAsJson: false,
  user: undefined,
  groups: [],
  umask: undefined,
  rulePerformance: false,
  quoting: false,
  tail: true,
  fromStart: false,
  detach: false,
  jointBuffer: false,
  keepOpen: true,
  readWriteFifo: true,
  childTerm: true,
  internalEvents: false,
  internalContexts: false,
  testOnly: false,
  prefilter: true,
};
