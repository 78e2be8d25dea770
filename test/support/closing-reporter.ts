import { writeFileSync } from 'node:fs';
import path from 'node:path';
import type { TestEvent } from 'node:test/reporters';
import { inspect } from 'node:util';

/** Lines of the runner's own summary, in its order. */
const closingLines = /^(tests|suites|pass|fail|cancelled|skipped|todo|duration_ms) /;

/** A test that did not pass, and why; or one that was skipped, and why. */
interface Remark {
  readonly name: string;
  readonly file: string;
  readonly reason: string;
}

/**
 * The reporter of scripts/test: a line a file as they end, then every failure
 * in full, every skipped test with its reason, and the runner's closing lines.
 * Into the file NAGTAIL_TEST_SUMMARY it writes `PASSED FAILED SKIPPED`.
 */
export default async function* closingReporter(
  source: AsyncIterable<TestEvent>,
): AsyncGenerator<string> {
  const failures: Remark[] = [];
  const skipped: Remark[] = [];
  const closing: string[] = [];
  for await (const event of source) {
    switch (event.type) {
      case 'test:pass': {
        const { skip, name } = event.data;
        if (skip === undefined || skip === false) break;
        const reason = typeof skip === 'string' ? skip : 'no reason given';
        skipped.push({ name, file: fileOf(event.data), reason });
        break;
      }
      case 'test:fail': {
        const { details, name } = event.data;
        const { error } = details;
        // A suite fails because a test in it failed; that one tells why.
        if ('failureType' in error && error.failureType === 'subtestsFailed') break;
        failures.push({ name, file: fileOf(event.data), reason: reasonOf(error) });
        break;
      }
      case 'test:stdout':
      case 'test:stderr':
        yield event.data.message;
        break;
      case 'test:diagnostic':
        if (closingLines.test(event.data.message)) closing.push(event.data.message);
        else yield `      ${event.data.message}\n`;
        break;
      case 'test:summary':
        if (event.data.file === undefined) writeSummary(event.data.counts);
        else yield fileLine(event.data);
        break;
    }
  }
  for (const { name, file, reason } of failures) yield `\nFAIL  ${file}: ${name}\n${reason}\n`;
  yield '\n';
  for (const { name, file, reason } of skipped) yield `skipped: ${file}: ${name} (${reason})\n`;
  for (const { name, file } of failures) yield `failed: ${file}: ${name}\n`;
  for (const line of closing) yield `# ${line}\n`;
}

type Summary = Extract<TestEvent, { type: 'test:summary' }>['data'];

function writeSummary({ tests, passed, skipped, todo }: Summary['counts']): void {
  const file = process.env['NAGTAIL_TEST_SUMMARY'];
  if (file !== undefined)
    writeFileSync(file, `${passed} ${tests - passed - skipped - todo} ${skipped}\n`);
}

function fileLine({ file, counts, duration_ms, success }: Summary): string {
  const seconds = (duration_ms / 1000).toFixed(1);
  const skips = counts.skipped > 0 ? `, ${counts.skipped} skipped` : '';
  const name = relative(file ?? '');
  return `${success ? 'ok  ' : 'FAIL'}  ${name} (${counts.tests} tests${skips}, ${seconds} s)\n`;
}

function reasonOf(error: Error): string {
  const text = inspect(error.cause ?? error, { depth: 5 });
  return text.replace(/^/gm, '      ');
}

function fileOf(data: { readonly file?: string | undefined }): string {
  return relative(data.file ?? '');
}

function relative(file: string): string {
  return path.relative(process.cwd(), file);
}
