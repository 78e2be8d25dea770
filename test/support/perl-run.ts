import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import type { TestContext } from 'node:test';
import { PerlCoprocess, type PerlOptions } from '../../agent/perl/perl-coprocess.ts';
import { isReference } from '../../agent/perl/perl-frames.ts';
import type { PerlOutcome, PerlReference, PerlValue } from '../../agent/sec/perl/perl.ts';
import { LogList } from './log-list.ts';
import { peer } from './peers.ts';

/** A coprocess with what it logged and printed. */
export interface StartedPerl {
  readonly perl: PerlCoprocess;
  readonly logs: LogList;
  readonly printed: string[];
}

/** Starts the host's perl for a test. */
export function startPerl(context: TestContext, options: Partial<PerlOptions> = {}): StartedPerl {
  const logs = new LogList();
  const printed: string[] = [];
  const onOutput = (text: string): void => void printed.push(text);
  const perl = new PerlCoprocess({ path: peer('perl').path, log: logs.log, onOutput, ...options });
  context.after(() => perl.close());
  return { perl, logs, printed };
}

/** What code gave. */
export function valuesOf(outcome: PerlOutcome): readonly PerlValue[] {
  assert.ok('values' in outcome, 'fault' in outcome ? outcome.fault : '');
  return outcome.values;
}

/** What perl said is wrong with code. */
export function faultOf(outcome: PerlOutcome): string {
  assert.ok('fault' in outcome, 'no fault');
  return outcome.fault;
}

/** The one reference that code gave. */
export function referenceOf(outcome: PerlOutcome): PerlReference {
  const [value] = valuesOf(outcome);
  assert.ok(value !== undefined && isReference(value));
  return value;
}

/** Whether a process has ended; a zombie, which waits for our event loop, has. */
export function isGone(pid: number): boolean {
  const run = spawnSync('ps', ['-o', 'stat=', '-p', String(pid)], { encoding: 'latin1' });
  return run.stdout.trim() === '' || run.stdout.startsWith('Z');
}
