import type { ByteString } from '../../protocol/byte-string.ts';
import type { SecLogLevel } from '../sec/engine/host.ts';

/** Something that happened: `<` an input, `>` output, `L` a log line, `R` a check result. */
export interface TranscriptRecord {
  /** Seconds since the start. */
  readonly time: number;
  readonly kind: 'I' | 'O' | 'L' | 'R';
  readonly text: ByteString;
  readonly level?: SecLogLevel;
}

/** What happened in a simulation, in order. */
export class Transcript {
  readonly #records: TranscriptRecord[] = [];
  #output = '';
  #outputTime = 0;

  /** Notes an input, a log line or a result. */
  add(record: TranscriptRecord): void {
    this.flush();
    this.#records.push(record);
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
    for (const text of lines) this.#records.push({ time, kind: 'O', text });
    if (rest) this.#records.push({ time, kind: 'O', text: `${rest}\\c` });
    this.#output = '';
  }

  /** All records so far. */
  get records(): readonly TranscriptRecord[] {
    this.flush();
    return this.#records;
  }
}

/** A record as a line for people: `   +12 > text`. */
export function textLine({ time, kind, text, level }: TranscriptRecord): ByteString {
  const stamp = `${time < 0 ? '-' : '+'}${Math.abs(time)}`.padStart(6);
  const mark = kind === 'I' ? '<' : kind === 'O' ? '>' : kind === 'L' ? `L${level}` : 'R';
  return `${stamp} ${mark} ${text.replaceAll('\n', '\n       | ')}`;
}

/** A record as a JSON object; bytes above 127 are characters of the same number. */
export function jsonLine({ time, kind, text, level }: TranscriptRecord): ByteString {
  return JSON.stringify({ k: kind, ...(level === undefined ? {} : { level }), s: text, t: time });
}
