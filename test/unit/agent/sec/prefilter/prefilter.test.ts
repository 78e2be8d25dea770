import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { defaultEngineOptions, Engine } from '../../../../../agent/sec/engine/engine.ts';
import { readRuleFile } from '../../../../../agent/sec/rule-file/read-rule-file.ts';
import { RecordingHost } from '../../../../support/recording-host.ts';
import { runTime, testExtensions } from '../../../../support/run-rules.ts';

const language = { perl: undefined, extensions: testExtensions };
const source = '/var/log/test';

/** What rules do with lines, each at its own second, with and without the prefilter. */
function bothWays(rules: string, lines: readonly string[]): string[] {
  const [on, off] = [true, false].map((prefilter) => {
    const { checked, problems } = readRuleFile(rules, 'test.sec', language);
    assert.deepEqual(problems, []);
    const host = new RecordingHost();
    const options = { ...defaultEngineOptions, prefilter };
    const engine = new Engine({ files: [checked], host, options });
    return lines.map((line, second) => {
      const time = runTime + second;
      engine.process(line, source, time);
      while (engine.processEvent(time));
      engine.housekeep(time);
      return host.take().join(', ');
    });
  });
  assert.deepEqual(on, off);
  return on ?? [];
}

const single = (pattern: string, more = '', type = 'RegExp') =>
  `type=Single\nptype=${type}\npattern=${pattern}\n${more}desc=${pattern}\naction=write out %s\n\n`;

describe('the same results with and without the prefilter', () => {
  test('in the order of the rules, and no further than continue says', () => {
    const rules = single('beta', 'continue=TakeNext\n') + single('al.ha') + single('beta|alpha');
    assert.deepEqual(
      bothWays(rules, ['alpha beta', 'none', 'beta']),
      ['write out beta, write out al.ha', '', 'write out beta, write out beta|alpha'].map((text) =>
        text.replaceAll('\n', '\n'),
      ),
    );
  });

  test('GoTo leads over rules that cannot match', () => {
    const rules = `${single('start', 'continue=GoTo far\n')}${single('start')}label=far\n${single('start', '', 'SubStr')}`;
    assert.equal(bothWays(rules, ['start'])[0], 'write out start, write out start');
  });

  test('a line that an action has rewritten', () => {
    const rules = `type=Single\nptype=SubStr\npattern=before\ndesc=x\ncontinue=TakeNext\naction=rewrite 1 after\n\n${single('after')}`;
    assert.equal(bothWays(rules, ['before'])[0], 'write out after');
  });

  test('a match in the cache of a line that an action has rewritten since', () => {
    const rules =
      'type=Single\nptype=RegExp\npattern=before\nvarmap=found\ndesc=x\ncontinue=TakeNext\naction=rewrite 1 after\n\n' +
      'type=Single\nptype=Cached\npattern=found\ndesc=cached\naction=write out %s\n\n';
    assert.equal(bothWays(rules, ['before'])[0], 'write out cached');
  });

  test('the second event of a pair', () => {
    const rules =
      'type=Pair\nptype=RegExp\npattern=down (\\w+)\ndesc=down $1\naction=write out %s\n' +
      'ptype2=RegExp\npattern2=up $1\ndesc2=up\naction2=write out %s\nwindow=60\n';
    const lines = ['up a', 'down a', 'nothing', 'up b', 'up a', 'up a'];
    assert.deepEqual(bothWays(rules, lines), ['', 'write out down a', '', '', 'write out up', '']);
  });

  test('a context that ends when an expression before the pattern is looked at', () => {
    const rules =
      'type=Single\nptype=SubStr\npattern=make\ndesc=x\naction=create C 1 (write out over)\n\n' +
      `type=Single\nptype=SubStr\npattern=never\ncontext=[C]\ndesc=x\naction=none\n\n` +
      single('any.*', 'continue=TakeNext\n');
    const lines = ['make', 'anything', 'anything', 'anything'];
    assert.equal(bothWays(rules, lines)[2], 'write out over, write out any.*');
  });

  test('matches that other rules find in the cache', () => {
    const rules =
      'type=Single\nptype=RegExp\npattern=user (\\w+)\nvarmap=found; name=1\ncontinue=TakeNext\ndesc=a\naction=none\n\n' +
      'type=Single\nptype=Cached\npattern=found\ncontinue=TakeNext\ndesc=$+{name}\naction=write out %s\n\n' +
      'type=Single\nptype=NCached\npattern=found\ndesc=not found\naction=write out %s\n';
    assert.deepEqual(bothWays(rules, ['user bob', 'none']), [
      'write out bob',
      'write out not found',
    ]);
  });

  test('patterns over several lines, negated ones, and truth values', () => {
    const rules =
      single('one\\ntwo', 'continue=TakeNext\n', 'RegExp2') +
      single('one', 'continue=TakeNext\n', 'NSubStr') +
      single('tw.', 'continue=TakeNext\n', 'NRegExp') +
      single('TRUE', 'continue=TakeNext\n', 'TValue') +
      single('FALSE', '', 'TValue');
    assert.match(bothWays(rules, ['one', 'two', 'three'])[1] ?? '', /one\\ntwo/);
  });

  test('events with newlines', () => {
    const rules =
      'type=Single\nptype=SubStr\npattern=go\ndesc=x\naction=event first%.nlsecond\n\n' +
      single('first\\nsecond', '', 'SubStr');
    bothWays(rules, ['go']);
  });

  test('literals that learning from the lines has made common', () => {
    const rules = Array.from({ length: 40 }, (_, index) =>
      single(`common.*number ${index}\\b`, 'continue=TakeNext\n'),
    ).join('');
    const lines = Array.from(
      { length: 6000 },
      (_, index) => `a common line with the number ${index % 97} and so much text that it is long`,
    );
    const results = bothWays(rules, lines);
    assert.equal(results.filter((text) => text !== '').length > 2000, true);
  });
});

describe('lines that are left out', () => {
  const filterOf = (rules: string) => {
    const { checked } = readRuleFile(rules, 'test.sec', language);
    return new Engine({ files: [checked], host: new RecordingHost() });
  };

  test('are those that hold no literal', () => {
    const { lineFilter } = filterOf(single('needle (\\d+)'));
    const bytes = Buffer.from('hay\nhay\na needle 1\nhay\n');
    assert.ok(lineFilter !== undefined);
    const at = lineFilter.find(bytes, 0, bytes.length);
    assert.ok(at >= 8 && at < 18, String(at));
    assert.equal(lineFilter.find(bytes, 19, bytes.length), -1);
  });

  test('are none while a rule wants every line', () => {
    assert.equal(filterOf(single('.*')).lineFilter, undefined);
  });

  test('are none while a pair waits for a second event that is not known', () => {
    const engine = filterOf(
      'type=Pair\nptype=RegExp\npattern=down (\\w+)\ndesc=down $1\naction=none\n' +
        'ptype2=RegExp\npattern2=up $1\ndesc2=up\naction2=none\nwindow=60\n',
    );
    assert.notEqual(engine.lineFilter, undefined);
    engine.process('down a', source, runTime);
    assert.equal(engine.lineFilter, undefined);
    engine.process('up a', source, runTime);
    assert.notEqual(engine.lineFilter, undefined);
  });
});
