/** A sample as Prometheus reads it. */
export interface ReadSample {
  readonly name: string;
  readonly labels: ReadonlyMap<string, string>;
  readonly value: number;
}

/** All that a text in Prometheus' format says. */
export interface ReadMetrics {
  readonly samples: readonly ReadSample[];
  readonly types: ReadonlyMap<string, string>;
  readonly helps: ReadonlyMap<string, string>;
  /** The one sample of that name and labels. */
  value(name: string, labels?: Readonly<Record<string, string>>): number | undefined;
}

const metricName = /^[a-zA-Z_:][a-zA-Z0-9_:]*$/;
const sampleLine =
  /^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{((?:[a-zA-Z_]\w*="(?:[^"\\\n]|\\["\\n])*",?)*)\})? (NaN|[+-]Inf|[+-]?[\d.]+(?:e[+-]?\d+)?)$/;

/**
 * Reads Prometheus' text format 0.0.4, and throws where a text breaks a rule of the format or of its
 * naming: HELP and TYPE before the samples and once, samples of a family together, no sample twice, counters
 * that end in `_total` and are not negative, a newline at the end.
 */
export function parseMetrics(text: string): ReadMetrics {
  if (!text.endsWith('\n')) throw new Error('no newline at the end');
  const samples: ReadSample[] = [];
  const types = new Map<string, string>();
  const helps = new Map<string, string>();
  const seen = new Set<string>();
  let current = '';
  for (const line of text.slice(0, -1).split('\n')) {
    const comment = /^# (HELP|TYPE) (\S+) (.+)$/.exec(line);
    if (comment !== null) {
      const [, kind, name = '', rest = ''] = comment;
      if (!metricName.test(name)) throw new Error(`bad name: ${line}`);
      const known = kind === 'HELP' ? helps : types;
      if (known.has(name)) throw new Error(`twice: ${line}`);
      if (kind === 'TYPE' && !['counter', 'gauge', 'histogram'].includes(rest))
        throw new Error(line);
      known.set(name, rest);
      current = name;
      continue;
    }
    const sample = sampleOf(line);
    const isOfHistogram = types.get(current) === 'histogram';
    const names = isOfHistogram
      ? ['_bucket', '_sum', '_count'].map((end) => current + end)
      : [current];
    if (!names.includes(sample.name)) throw new Error(`a sample outside of its family: ${line}`);
    const isCounter = types.get(current) === 'counter';
    if (isCounter !== current.endsWith('_total'))
      throw new Error(`only counters are totals: ${line}`);
    if (isCounter && !(sample.value >= 0)) throw new Error(`a counter below 0: ${line}`);
    const key = keyOf(sample.name, sample.labels);
    if (seen.has(key)) throw new Error(`the same sample twice: ${line}`);
    seen.add(key);
    samples.push(sample);
  }
  for (const name of types.keys()) if (!helps.has(name)) throw new Error(`no HELP for ${name}`);
  return {
    samples,
    types,
    helps,
    value: (name, labels = {}) => {
      const wanted = keyOf(name, new Map(Object.entries(labels)));
      return samples.find((sample) => keyOf(sample.name, sample.labels) === wanted)?.value;
    },
  };
}

function sampleOf(line: string): ReadSample {
  const match = sampleLine.exec(line);
  if (match === null) throw new Error(`not a sample: ${JSON.stringify(line)}`);
  const [, name = '', pairs = '', number = ''] = match;
  const labels = new Map<string, string>();
  for (const [, label = '', text = ''] of pairs.matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g)) {
    if (labels.has(label)) throw new Error(`label ${label} twice: ${line}`);
    labels.set(
      label,
      text.replace(/\\(.)/g, (_, c: string) => (c === 'n' ? '\n' : c)),
    );
  }
  return { name, labels, value: Number(number.replace('Inf', 'Infinity')) };
}

function keyOf(name: string, labels: ReadonlyMap<string, string>): string {
  return JSON.stringify([name, [...labels].toSorted()]);
}
