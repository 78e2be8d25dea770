/**
 * What the prefilter costs where it cannot help: `nagtail sec` with it and without it by turns, on rules
 * that are tried on all lines or most of them. It is to be no more than 5 %.
 *
 * usage: node bench/rules/prefilter-cost.ts [RUNS=5] [LINES=1000000]
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { writeLog } from '../log-lines.ts';
import { median } from '../median.ts';
import { contextRules, thresholdRule } from './rule-sets.ts';
import { timedProgram } from './timed-program.ts';

const [runs = 5, lines = 1_000_000] = process.argv.slice(2).map(Number);

/** The most that it may take, as a share of the time without it. */
const shareMax = 1.05;

const single = (pattern: string, index: number) =>
  `type=Single\nptype=RegExp\npattern=${pattern}\ncontinue=TakeNext\ndesc=rule ${index}\naction=none\n`;

interface RuleSet {
  readonly name: string;
  readonly rules: string;
  readonly log: 'mixed' | 'logins';
}

const sets: readonly RuleSet[] = [
  { name: '1 rule without a literal', rules: single('^(\\d+)$', 0), log: 'mixed' },
  {
    name: '10 rules without a literal',
    rules: Array.from({ length: 10 }, (_, n) => single(`^\\w+ +\\d+ (\\d{${n + 3}})`, n)).join(
      '\n',
    ),
    log: 'mixed',
  },
  { name: '1 rule on a tenth of the lines', rules: single('kernel: (\\S+)', 0), log: 'mixed' },
  { name: '1 rule on a third of the lines', rules: single('sshd\\[(\\d+)\\]', 0), log: 'mixed' },
  {
    name: '4 rules, each on a third or a tenth of the lines',
    rules: ['sshd\\[', 'postfix/', 'kernel: ', 'nginx: '].map(single).join('\n'),
    log: 'mixed',
  },
  {
    name: '3 rules without a literal, 3 on a tenth of the lines',
    rules: ['^(\\d+)$', '^\\d', '(\\d{9})$', 'sudo: ', 'CRON', 'systemd'].map(single).join('\n'),
    log: 'mixed',
  },
  { name: 'a threshold that counts every line', rules: thresholdRule(1_000_000), log: 'logins' },
  { name: 'contexts on every line', rules: contextRules, log: 'logins' },
];

const nagtail = path.join(import.meta.dirname, '../../scripts/nagtail');
const folder = mkdtempSync(path.join(os.tmpdir(), 'nagtail-prefilter-'));
try {
  for (const mix of ['mixed', 'logins'] as const) {
    writeLog(path.join(folder, mix), { lines, mix, addresses: 5_000 });
  }
  console.log('rules,s of CPU with the prefilter,without it,share');
  for (const set of sets) console.log(measure(set));
} finally {
  rmSync(folder, { recursive: true });
}

function measure({ name, rules, log }: RuleSet): string {
  const conf = path.join(folder, 'rules.sec');
  writeFileSync(conf, rules);
  const words = ['sec', `--conf=${conf}`, `--input=${path.join(folder, log)}`, '--notail'];
  const withIt: number[] = [];
  const withoutIt: number[] = [];
  for (let run = 0; run < runs; run++) {
    withIt.push(timedProgram(nagtail, words).cpuS);
    withoutIt.push(timedProgram(nagtail, [...words, '--no-prefilter']).cpuS);
  }
  const share = median(withIt) / median(withoutIt);
  if (share > shareMax) process.exitCode = 1;
  return `"${name}",${median(withIt).toFixed(2)},${median(withoutIt).toFixed(2)},${share.toFixed(2)}`;
}
