import type { ByteString } from '../../protocol/byte-string.ts';
import type { SecLogLevel } from '../sec/engine/host.ts';

/** Something that happened: `<` an input, `>` output, `L` a log line, `R` a check result. */
export interface TranscriptRecord {
  /** Seconds since the start. */
  readonly time: number;
  readonly kind: 'I' | 'O' | 'L' | 'R';
  readonly text: ByteString;
  /** 0 for what is told at every level. */
  readonly level?: SecLogLevel | 0;
}

/** What happened in a simulation, in order. */
export class Transcript {
  readonly #records: TranscriptRecord[] = [];
  readonly #folder: string | undefined;
  #errors: ByteString = '';
  /** The exit code that SEC would have. */
  exitCode = 0;
  #output = '';
  #outputTime = 0;

  /** @param folder is shown as `TMP`: its name is another one each time */
  constructor(folder?: string) {
    this.#folder = folder;
  }

  /** Notes an input, a log line or a result. */
  add(record: TranscriptRecord): void {
    this.flush();
    this.#push(record);
  }

  /** Notes output, which becomes lines when its newlines have come. */
  addOutput(time: number, text: ByteString): void {
    if (time !== this.#outputTime) this.flush();
    this.#outputTime = time;
    this.#output += text;
  }

  /** Makes lines of what was put out; an unfinished one ends with `\c`. */
  flush(): void {
    if (this.#output === '') return;
    const lines = this.#output.split('\n');
    const rest = lines.pop();
    const time = this.#outputTime;
    for (const text of lines) this.#push({ time, kind: 'O', text });
    if (rest) this.#push({ time, kind: 'O', text: `${rest}\\c` });
    this.#output = '';
  }

  /** Notes what processes and Perl code have written to standard error. */
  addErrors(text: ByteString): void {
    this.#errors += this.#shown(text);
  }

  /** What was written to standard error. */
  get errors(): ByteString {
    return this.#errors;
  }

  /** All records so far. */
  get records(): readonly TranscriptRecord[] {
    this.flush();
    return this.#records;
  }

  #push(record: TranscriptRecord): void {
    this.#records.push({ ...record, text: this.#shown(record.text) });
  }

  #shown(text: ByteString): ByteString {
    return this.#folder === undefined ? text : text.replaceAll(this.#folder, 'TMP');
  }
}

/** The lines for people: all records, then the errors, then an exit code that is not 0. */
export function textLines({ records, errors, exitCode }: Transcript): ByteString[] {
  const lines = records.map(textLine);
  if (errors !== '') {
    for (const line of errors.replace(/\n+$/, '').split('\n')) lines.push(`stderr: ${line}`);
  }
  if (exitCode !== 0) lines.push(`exit: ${exitCode}`);
  return lines;
}

/** The same as JSON objects: all errors are one. */
export function jsonLines({ records, errors, exitCode }: Transcript): ByteString[] {
  const lines = records.map(jsonLine);
  if (errors !== '') lines.push(JSON.stringify({ k: 'E', s: errors }));
  if (exitCode !== 0) lines.push(JSON.stringify({ k: 'X', s: exitCode }));
  return lines;
}

/** A record as a line for people: `   +12 > text`. */
export function textLine({ time, kind, text, level }: TranscriptRecord): ByteString {
  const stamp = `${time < 0 ? '-' : '+'}${Math.abs(time)}`.padStart(6);
  const mark = kind === 'I' ? '<' : kind === 'O' ? '>' : kind === 'L' ? `L${level}` : 'R';
  return `${stamp} ${mark} ${text.replaceAll('\n', '\n       | ')}`;
}

/** A record as a JSON object; bytes above 127 are characters of the same number. */
export function jsonLine({ time, kind, text, level }: TranscriptRecord): ByteString {
  const shown = level === undefined ? {} : { level: String(level) };
  return JSON.stringify({ k: kind, ...shown, s: text, t: time });
}
