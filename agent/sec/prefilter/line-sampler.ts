import { LineSample } from './choose-clause.ts';

/** Lines of a sample. */
const sampleLinesMax = 64;

/** Bytes that are kept of a line of a sample. */
export const sampleLineBytesMax = 512;

/** Bytes that go by until the first sample is complete. */
const firstSampleBytes = 256 * 1024;

/** Each further sample takes so many times as long as the one before: learning costs some 10 ms with 1,000 rules. */
const periodGrowth = 4;

/** Bytes that go by between two samples, at most. */
const samplePeriodBytesMax = 1024 * 1024 * 1024;

/** Collects a few of the lines that go by, evenly spread, so that literals can be judged by them. */
export class LineSampler {
  #period = firstSampleBytes;
  /** Bytes until the next line is wanted. */
  #pause = 0;
  #lines: string[] = [];

  /** Notes that bytes went by; true when the line at hand is to be given to add(). */
  wants(bytes: number): boolean {
    this.#pause -= bytes;
    return this.#pause <= 0;
  }

  /** Takes a line. */
  add(line: string): void {
    this.#pause = this.#period / sampleLinesMax;
    this.#lines.push(line.slice(0, sampleLineBytesMax));
  }

  /** A sample, as soon as it is complete; then the next one is begun. */
  take(): LineSample | undefined {
    if (this.#lines.length < sampleLinesMax) return undefined;
    const sample = new LineSample(this.#lines);
    this.#lines = [];
    this.#period = Math.min(this.#period * periodGrowth, samplePeriodBytesMax);
    return sample;
  }
}
