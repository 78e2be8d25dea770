/** What one time series is called beside its name: words of ours or of the configuration, never of a log. */
export type MetricLabels = Readonly<Record<string, string>>;

/** One number of a family. */
export interface MetricSample {
  /** What its name has behind that of its family; only those of a histogram have something. */
  readonly suffix?: '_bucket' | '_sum' | '_count';
  readonly labels: MetricLabels;
  readonly value: number;
}

/** Numbers of one meaning and one unit, as Prometheus knows them. */
export interface MetricFamily {
  readonly name: string;
  /** A counter only grows, from the program's start; so do the buckets of a histogram. */
  readonly type: 'counter' | 'gauge' | 'histogram';
  /** What one more means, or what the number is, in one line. */
  readonly help: string;
  readonly samples: readonly MetricSample[];
}

/** A number that only grows. A name ends in `_total`. */
export function counter(name: string, help: string, value: number): MetricFamily {
  return { name, type: 'counter', help, samples: [{ labels: {}, value }] };
}

/** A number that goes up and down. */
export function gauge(name: string, help: string, value: number): MetricFamily {
  return { name, type: 'gauge', help, samples: [{ labels: {}, value }] };
}

/** A family with a sample for each of some things; things for which `numberOf` knows nothing have none. */
export function metricsOf<T>(
  family: Omit<MetricFamily, 'samples'>,
  things: readonly T[],
  labelsOf: (thing: T) => MetricLabels,
  numberOf: (thing: T) => number | undefined,
): MetricFamily {
  const samples = things.flatMap((thing) => {
    const value = numberOf(thing);
    return value === undefined ? [] : [{ labels: labelsOf(thing), value }];
  });
  return { ...family, samples };
}
