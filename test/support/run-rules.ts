import { Engine } from '../../agent/sec/engine/engine.ts';
import type { LanguageExtensions } from '../../agent/sec/language.ts';
import { readRuleFile } from '../../agent/sec/rule-file/read-rule-file.ts';
import type { ByteString } from '../../protocol/byte-string.ts';
import { RecordingHost } from './recording-host.ts';

/** The time of a run, unless it says another: 14 November 2023, 22:13:20 UTC. */
export const runTime = 1_700_000_000;

/** What `nagtail run` adds to SEC's language. */
export const testExtensions: LanguageExtensions = {
  submitAction: true,
  builtinCommands: new Set(['submit_check_result', 'send_nsca', 'send_nrdp']),
  hostName: 'testhost',
};

/** The language of tests: without Perl. */
const language = { perl: undefined, extensions: testExtensions };

/** Takes lines through the text of a rule file; gives what each line made the host do. */
export function runRules(
  rules: ByteString,
  lines: readonly ByteString[],
  time = runTime,
): string[][] {
  const host = new RecordingHost();
  const { checked } = readRuleFile(rules, 'test.sec', language);
  const engine = new Engine({ files: [checked], host });
  return lines.map((line) => {
    engine.process(line, '/var/log/test', time);
    return host.take();
  });
}

/** What is wrong with the text of a rule file, as `LINE: message`. */
export function ruleProblems(rules: ByteString): string[] {
  return readRuleFile(rules, 'test.sec', language).problems.map(
    ({ severity, line, message, hint }) => {
      const mark = severity === 'warning' ? 'warning: ' : '';
      const place = line === undefined ? '' : `${line}: `;
      return `${place}${mark}${hint === undefined ? message : `${message}; ${hint}`}`;
    },
  );
}
