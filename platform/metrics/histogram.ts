import type { MetricFamily, MetricLabels, MetricSample } from './metric-family.ts';

/** How often values of each size have come, as plain data. */
export interface HistogramCounts {
  /** The largest value of each bucket but the last, which takes all above them; growing. */
  readonly bounds: readonly number[];
  /** How many values each bucket has: one more than there are bounds. */
  readonly counts: readonly number[];
  readonly sum: number;
}

/** Bounds for what a disk or a network takes, in seconds. */
export const shortSeconds: readonly number[] = [
  0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10,
];

/** Bounds for what may have to wait, in seconds. */
export const longSeconds: readonly number[] = [
  1, 2, 5, 10, 30, 60, 300, 1800, 3600, 21_600, 86_400,
];

/** Counts values by their size. It takes the same memory however many there are. */
export class Histogram {
  readonly #bounds: readonly number[];
  readonly #counts: number[];
  #sum = 0;

  constructor(bounds: readonly number[]) {
    this.#bounds = bounds;
    this.#counts = Array.from({ length: bounds.length + 1 }, () => 0);
  }

  /** Counts a value, `times` times. */
  observe(value: number, times = 1): void {
    const found = this.#bounds.findIndex((bound) => value <= bound);
    const bucket = found < 0 ? this.#bounds.length : found;
    this.#counts[bucket] = (this.#counts[bucket] ?? 0) + times;
    this.#sum += value * times;
  }

  /** As it is now. */
  get counts(): HistogramCounts {
    return { bounds: this.#bounds, counts: [...this.#counts], sum: this.#sum };
  }
}

/** A family of histograms as Prometheus has them: buckets that include the smaller ones, sum and count. */
export function histogramsOf<T>(
  { name, help }: Pick<MetricFamily, 'name' | 'help'>,
  things: readonly T[],
  labelsOf: (thing: T) => MetricLabels,
  countsOf: (thing: T) => HistogramCounts,
): MetricFamily {
  const samples = things.flatMap((thing) => samplesOf(labelsOf(thing), countsOf(thing)));
  return { name, type: 'histogram', help, samples };
}

function samplesOf(
  labels: MetricLabels,
  { bounds, counts, sum }: HistogramCounts,
): readonly MetricSample[] {
  let count = 0;
  const buckets = counts.map((own, at): MetricSample => {
    count += own;
    const le = at < bounds.length ? String(bounds[at]) : '+Inf';
    return { suffix: '_bucket', labels: { ...labels, le }, value: count };
  });
  return [
    ...buckets,
    { suffix: '_sum', labels, value: sum },
    { suffix: '_count', labels, value: count },
  ];
}
