import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Engine } from '../../../../../agent/sec/engine/engine.ts';
import { readRuleFile } from '../../../../../agent/sec/rule-file/read-rule-file.ts';
import { RecordingHost } from '../../../../support/recording-host.ts';
import { runTime, testExtensions } from '../../../../support/run-rules.ts';

/** Both contexts end in the same second; which of them first is up to a hash in SEC. */
const rules = `type=Single
ptype=SubStr
pattern=begin
desc=begin
action=create FIRST 5 ( obsolete SECOND; add SECOND again ); \\
  create SECOND 5 ( write out SECOND ends )
`;

test('a context that another ended and made anew in the same second does not end again', () => {
  const host = new RecordingHost();
  const language = { perl: undefined, extensions: testExtensions };
  const { checked } = readRuleFile(rules, 'test.sec', language);
  const engine = new Engine({ files: [checked], host });
  engine.process('begin', '/var/log/test', runTime);
  host.take();
  engine.housekeep(runTime + 100);
  assert.deepEqual(host.take(), ['write out SECOND ends']);
  assert.deepEqual([...engine.contexts.names], ['SECOND']);
});
