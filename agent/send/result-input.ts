import { type Clock, unixSeconds } from '../../platform/clock.ts';
import { trimBlanks } from '../../protocol/blanks.ts';
import type { ByteString } from '../../protocol/byte-string.ts';
import type { CheckResult } from '../../protocol/check-result.ts';
import { checkResultFault } from '../../protocol/check-result-fault.ts';
import { unescapeOutput } from '../../protocol/parse-external-command.ts';
import type { QueuedResult } from '../../senders/queued-result.ts';
import type { RawCommand } from '../../senders/raw-command.ts';
import { readResultObject } from './read-result-object.ts';
import { type ResultReading, readResultSet } from './read-result-set.ts';
import type { SendRequest } from './send-request.ts';
import { type InputPiece, SetSplitter } from './set-splitter.ts';

/** A result that is longer is refused, in bytes: no protocol could carry it. */
const inputPieceBytesMax = 262_144;

/** So many results are sent at a time at most. */
const batchResultsMax = 500;

const newline = 0x0a;

/** What came together: results, or commands where these were asked for. Numbers count all that came. */
export interface InputBatch {
  readonly results: readonly QueuedResult[];
  readonly commands: readonly RawCommand[];
  readonly faults: readonly InputFault[];
}

/** Something that is no result. */
export interface InputFault {
  readonly seq: number;
  readonly reason: string;
}

type Input = Pick<SendRequest, 'input' | 'result' | 'delimiter' | 'separator' | 'protocol'>;

/** Reads results from an input, as it comes. */
export class ResultInput {
  readonly #input: Input;
  readonly #clock: Clock;
  readonly #splitter: SetSplitter;
  #seq = 0;
  #linesInSet = 0;

  constructor(input: Input, clock: Clock) {
    this.#input = input;
    this.#clock = clock;
    const separator = input.input === 'sets' ? input.separator : newline;
    this.#splitter = new SetSplitter(separator, inputPieceBytesMax);
  }

  /** What a person who gave one result a line should know; undefined when nobody did. */
  get hint(): string | undefined {
    if (this.#linesInSet < 2 || this.#splitter.separators > 0) return undefined;
    return (
      `${this.#linesInSet} lines of the input are results by themselves, but were taken for the output of the first: ` +
      'between results belongs the byte 0x17 (ETB), or give --lines'
    );
  }

  /**
   * What an input holds, unless the command line itself gives a result. Each chunk is read and given on at
   * once: its writer may go on for long.
   */
  async *batches(source: AsyncIterable<Uint8Array>): AsyncGenerator<InputBatch, void> {
    if (this.#input.result !== undefined) {
      yield this.#given(this.#input.result);
      return;
    }
    for await (const chunk of source) yield* this.#batchesOf(this.#splitter.push(chunk));
    yield* this.#batchesOf([this.#splitter.end()]);
  }

  *#batchesOf(pieces: readonly InputPiece[]): Generator<InputBatch, void> {
    for (let start = 0; start < pieces.length; start += batchResultsMax) {
      const batch = this.#read(pieces.slice(start, start + batchResultsMax));
      const { results, commands, faults } = batch;
      if (results.length + commands.length + faults.length > 0) yield batch;
    }
  }

  #read(pieces: readonly InputPiece[]): InputBatch {
    const results: QueuedResult[] = [];
    const commands: RawCommand[] = [];
    const faults: InputFault[] = [];
    for (const piece of pieces) {
      if (piece.kind === 'too long') {
        const reason = `it has ${piece.bytes} bytes, more than ${inputPieceBytesMax}`;
        faults.push({ seq: ++this.#seq, reason: `${reason}; is the separator missing?` });
        continue;
      }
      if (trimBlanks(piece.text) === '') continue;
      const seq = ++this.#seq;
      if (this.#input.input === 'commands') {
        commands.push({ seq, line: this.#withTime(piece.text) });
        continue;
      }
      const reading = this.#readResult(piece.text);
      const fault = reading.kind === 'result' ? checkResultFault(reading.result) : undefined;
      if (reading.kind === 'bad') faults.push({ seq, reason: reading.reason });
      else if (fault !== undefined) faults.push({ seq, reason: fault });
      else if (reading.kind === 'result') results.push({ seq, result: reading.result });
    }
    return { results, commands, faults };
  }

  #given({
    host = '',
    service = null,
    returnCode = 3,
    output = '',
  }: Partial<CheckResult>): InputBatch {
    const result = { host, service, returnCode, output, time: unixSeconds(this.#clock) };
    const fault = checkResultFault(result);
    return fault === undefined
      ? { results: [{ seq: 1, result }], commands: [], faults: [] }
      : { results: [], commands: [], faults: [{ seq: 1, reason: fault }] };
  }

  #readResult(text: ByteString): ResultReading {
    const now = unixSeconds(this.#clock);
    const { input, delimiter, protocol } = this.#input;
    if (input === 'json') return readResultObject(text, now);
    const style = protocol === 'nsca' ? 'nsca' : 'nsca-ng';
    const format = { delimiter: String.fromCharCode(delimiter), style } as const;
    const line = input === 'lines' ? text.replace(/\r$/, '') : text;
    if (input === 'sets' && this.#seq === 1) {
      this.#linesInSet = completeLines(text, (one) => readResultSet(one, format, now));
    }
    const reading = readResultSet(line, format, now);
    return protocol === 'nrdp' ? withLines(reading) : reading;
  }

  /** As NSCA-ng's client does: a command without a time gets ours. */
  #withTime(command: ByteString): ByteString {
    const line = command.replace(/\r$/, '');
    return line.startsWith('[') ? line : `[${unixSeconds(this.#clock)}] ${line}`;
  }
}

/** With send_nrdp, `\n` in an output begins its next line, as Nagios reads it. */
function withLines(reading: ResultReading): ResultReading {
  if (reading.kind !== 'result') return reading;
  const { result } = reading;
  return { ...reading, result: { ...result, output: unescapeOutput(result.output) } };
}

/** How many lines at the beginning of a set are results by themselves. */
function completeLines(set: ByteString, read: (line: ByteString) => ResultReading): number {
  const lines = set.split('\n').filter((line) => trimBlanks(line) !== '');
  const end = lines.findIndex((line) => read(line).kind !== 'result');
  return end < 0 ? lines.length : end;
}
