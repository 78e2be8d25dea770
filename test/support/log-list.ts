import { type Log, type LogRecord, logTo } from '../../platform/log.ts';

/** A log that keeps its records, for tests to look at. */
export class LogList {
  readonly records: LogRecord[] = [];
  readonly log: Log = logTo((record) => this.records.push(record));

  /** The records of one code. */
  of(code: string): LogRecord[] {
    return this.records.filter((record) => record.code === code);
  }
}
