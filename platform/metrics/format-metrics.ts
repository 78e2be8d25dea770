import type { MetricFamily, MetricSample } from './metric-family.ts';

/** The type of the text, for HTTP. */
export const metricsContentType = 'text/plain; version=0.0.4; charset=utf-8';

/**
 * Prometheus' text format, version 0.0.4 (prometheus.io, "Exposition formats"). A family without
 * a sample is left out.
 */
export function formatMetrics(families: readonly MetricFamily[]): string {
  return families
    .filter(({ samples }) => samples.length > 0)
    .map(formatFamily)
    .join('');
}

function formatFamily({ name, type, help, samples }: MetricFamily): string {
  const about = help.replaceAll('\\', '\\\\').replaceAll('\n', '\\n');
  const head = `# HELP ${name} ${about}\n# TYPE ${name} ${type}\n`;
  return head + samples.map((sample) => formatSample(name, sample)).join('');
}

function formatSample(family: string, { suffix, labels, value }: MetricSample): string {
  const name = suffix === undefined ? family : family + suffix;
  const pairs = Object.entries(labels).map(([label, text]) => `${label}="${quoted(text)}"`);
  const set = pairs.length === 0 ? '' : `{${pairs.join(',')}}`;
  return `${name}${set} ${formatNumber(value)}\n`;
}

function quoted(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
}

function formatNumber(value: number): string {
  if (value === Number.POSITIVE_INFINITY) return '+Inf';
  if (value === Number.NEGATIVE_INFINITY) return '-Inf';
  return String(value);
}
