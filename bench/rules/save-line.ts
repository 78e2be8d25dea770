import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { type ScalingPoint, scalingChart } from './scaling-chart.ts';
import type { Work } from './works.ts';

const folder = path.join(import.meta.dirname, '../results');
const table = path.join(folder, 'rules.csv');
const chart = path.join(folder, 'scaling.svg');

/** Columns of the table: name, then SEC's and nagtail's lines a second of processor time. */
export const head =
  'work,SEC lines/s of CPU,nagtail lines/s of CPU,ratio,wanted,SEC lines/s,nagtail lines/s,ratio,SEC MiB,nagtail MiB,memory wanted';

/** Puts the line of a work into the table, in place of its earlier one, and draws the chart anew. */
export function saveLine(works: readonly Work[], measured: Work, line: string): void {
  mkdirSync(folder, { recursive: true });
  const known = existsSync(table) ? readFileSync(table, 'utf8').split('\n') : [];
  const lineOf = (work: Work) =>
    work.name === measured.name ? line : known.find((each) => each.startsWith(`"${work.name}",`));
  const lines = works.map(lineOf).filter((each) => each !== undefined);
  writeFileSync(table, `${[head, ...lines].join('\n')}\n`);
  const points = works.flatMap((work) => pointOf(work, lineOf(work)));
  writeFileSync(chart, scalingChart(points));
}

function pointOf({ name, ruleCount }: Work, line: string | undefined): readonly ScalingPoint[] {
  if (ruleCount === undefined || line === undefined) return [];
  const [sec, nagtail] = line.slice(`"${name}",`.length).split(',').map(Number);
  return sec !== undefined && nagtail !== undefined && nagtail > 0
    ? [{ rules: ruleCount, sec, nagtail }]
    : [];
}
