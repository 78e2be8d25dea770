import { printable } from './log.ts';

/** A plugin's return codes, in Nagios' words. */
const pluginStates = ['OK', 'WARNING', 'CRITICAL', 'UNKNOWN'] as const;

/** 0 OK, 1 WARNING, 2 CRITICAL, 3 UNKNOWN. */
export type PluginCode = 0 | 1 | 2 | 3;

/** Something that is not as it should be. */
export interface PluginFinding {
  readonly code: PluginCode;
  readonly text: string;
}

/** A number for a graph, in the form of Nagios' plugin guidelines. */
export interface PerformanceValue {
  readonly label: string;
  readonly value: number;
  /** `s`, `B`, `c` for a counter, or nothing. */
  readonly unit: '' | 's' | 'B' | 'c';
  readonly warning?: number | undefined;
  readonly critical?: number | undefined;
  readonly max?: number | undefined;
}

/** What a plugin prints, and its exit code. */
export interface PluginResult {
  readonly code: PluginCode;
  readonly output: string;
}

/** From harmless to bad: CRITICAL counts more than UNKNOWN, as in Nagios' own check_cluster. */
const byWeight: readonly PluginCode[] = [0, 1, 3, 2];

/**
 * Puts a plugin's output together: the worst finding and a summary in the first line, with performance data, then
 * each further finding in a line of its own.
 */
export function pluginResult(
  name: string,
  summary: string,
  findings: readonly PluginFinding[],
  performance: readonly PerformanceValue[],
): PluginResult {
  const worstFirst = findings.toSorted(
    (a, b) => byWeight.indexOf(b.code) - byWeight.indexOf(a.code),
  );
  const [worst, ...others] = worstFirst;
  const code = worst?.code ?? 0;
  const more = others.length === 0 ? '' : ` (and ${others.length} more)`;
  const text = worst === undefined ? summary : `${worst.text}${more}`;
  const data = performance.map(formatPerformance).join(' ');
  const first = `${name} ${pluginStates[code]}: ${plain(text)}${data === '' ? '' : ` | ${data}`}`;
  const rest = others.map((other) => `${pluginStates[other.code]}: ${plain(other.text)}`);
  return { code, output: `${[first, ...rest].join('\n')}\n` };
}

/** Without what would end the text, or move a terminal's cursor. */
function plain(text: string): string {
  return printable(text).replaceAll('|', '¦');
}

function formatPerformance({
  label,
  value,
  unit,
  warning,
  critical,
  max,
}: PerformanceValue): string {
  const limits = [warning, critical, 0, max].map((limit) =>
    limit === undefined ? '' : formatNumber(limit),
  );
  return `'${label.replaceAll("'", "''")}'=${formatNumber(value)}${unit};${limits.join(';')}`;
}

/** Digits and a point, never an exponent. */
function formatNumber(value: number): string {
  return Number.isInteger(value) ? String(BigInt(value)) : value.toFixed(3);
}
