import assert from 'node:assert/strict';
import { test } from 'node:test';
import { defaultEngineOptions, Engine } from '../../../../agent/sec/engine/engine.ts';
import { readRuleFile } from '../../../../agent/sec/rule-file/read-rule-file.ts';
import { RecordingHost } from '../../../support/recording-host.ts';
import { testExtensions } from '../../../support/run-rules.ts';

const rule = (name: string, pattern: string) => `type=Single
ptype=RegExp
pattern=${pattern}
continue=TakeNext
desc=${name}
action=write - ${name}
`;

const rules = [rule('first', 'needle'), rule('second', '.'), rule('third', '.')].join('\n');

for (const prefilter of [true, false]) {
  test(`suspended rules are tried on no line, with the prefilter ${prefilter ? 'on' : 'off'}`, () => {
    const language = { perl: undefined, extensions: testExtensions };
    const { checked } = readRuleFile(rules, 'test.sec', language);
    const [first, second] = checked.rules;
    assert.ok(first && second);
    const host = new RecordingHost();
    const began: number[] = [];
    let ended = 0;
    const watch = {
      begin: (place: number) => began.push(place),
      matched: () => {},
      end: () => ended++,
    };
    const engine = new Engine({
      files: [checked],
      host,
      options: { ...defaultEngineOptions, prefilter },
      suspended: new Set([first, second]),
      watch,
    });
    engine.process('a needle', 'log', 1);
    // Longer lines are not scanned: all rules would be tried.
    engine.process(`needle${'.'.repeat(2 ** 20)}`, 'log', 1);
    assert.deepEqual(
      host.take().filter((call) => call.startsWith('write')),
      ['write - third', 'write - third'],
    );
    assert.deepEqual([began, ended], [[2, 2], 2]);
  });
}
