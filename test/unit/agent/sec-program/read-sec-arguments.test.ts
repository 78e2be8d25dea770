import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { readSecArguments } from '../../../../agent/sec-program/read-sec-arguments.ts';
import { defaultSecOptions, type SecOptions } from '../../../../agent/sec-program/sec-options.ts';

/** Arguments that are fine, and what they change. */
const fine: readonly (readonly [args: string, changes: Partial<SecOptions>])[] = [
  ['', {}],
  ['--conf=a -conf b --conf c', { conf: ['a', 'b', 'c'] }],
  ['--conf --input', { conf: ['--input'] }],
  ['--input=a --input=-', { input: [input('a'), input('-')] }],
  ['--input=a=b=C', { input: [{ pattern: 'a=b', context: 'C' }], internalContexts: true }],
  ['--log=x --log=y --syslog=daemon', { logFile: 'y', syslogFacility: 'daemon' }],
  [
    '--pid=p --dump=d --dumpfts --dumpfjson',
    { pidFile: 'p', dumpFile: 'd', dumpTimeStamp: true, dumpAsJson: true },
  ],
  ['--user=u --group=a --group=b', { user: 'u', groups: ['a', 'b'] }],
  ['--check_timeout=4 --reopen-timeout=5', { checkTimeout: 4, reopenTimeout: 5 }],
  [
    '--socket_timeout=7 --timeout_script=s --input_timeout=1',
    { socketTimeout: 7, timeoutScript: 's', inputTimeout: 1 },
  ],
  ['--poll-timeout=.5', { pollTimeout: 0.5 }],
  ['--poll-timeout=1e-1', { pollTimeout: 0.1 }],
  ['--poll-timeout=0 --cleantime=0', { pollTimeout: 0, cleanTime: 0 }],
  ['--blocksize=1_024 --evstoresize=+3', { blockSize: 1024, eventStoreSize: 3 }],
  ['--bufsize=3', { bufferSize: 3 }],
  ['--bufsize=1', { bufferSize: 1, jointBuffer: true }],
  ['--umask=022', { umask: 0o22 }],
  ['--umask=0777', { umask: 0o777 }],
  ['--umask=8', { umask: 8 }],
  ['--umask=0x1f', { umask: 0x1f }],
  ['--umask=0b11', { umask: 3 }],
  ['--debug 3', { debug: 3 }],
  ['--DEBUG=3', { debug: 3 }],
  ['-deb=2', { debug: 2 }],
  ['--notail --no-tail', { tail: false }],
  ['--nota', { tail: false }],
  ['--notail --tail', { tail: true }],
  ['--check=5', { checkTimeout: 5 }],
  [
    '--fromstart --jointbuf --intevents --intcontexts',
    { fromStart: true, jointBuffer: true, internalEvents: true, internalContexts: true },
  ],
  [
    '--nokeepopen --norwfifo --nochildterm',
    { keepOpen: false, readWriteFifo: false, childTerm: false },
  ],
  [
    '--quoting --ruleperf --detach --testonly',
    { quoting: true, rulePerformance: true, detach: true, testOnly: true },
  ],
  ['--debug=5 -- --debug=3 anything', { debug: 5 }],
];

function input(pattern: string) {
  return { pattern, context: undefined };
}

describe('arguments that are fine', () => {
  for (const [args, changes] of fine) {
    test(args === '' ? 'none' : args, () => {
      const { options, complaints } = readSecArguments(args.split(' ').filter(Boolean));
      assert.deepEqual(complaints, []);
      assert.deepEqual(options, { ...defaultSecOptions, ...changes });
    });
  }
});

test('a value that is no good has no effect', () => {
  const { options } = readSecArguments(['--debug=7', '--blocksize=0', '--poll-timeout=x']);
  assert.deepEqual(options, defaultSecOptions);
});

test('an input timeout without a script has no effect', () => {
  const { options, complaints } = readSecArguments(['--input-timeout=3']);
  assert.equal(options.inputTimeout, 0);
  assert.deepEqual(complaints, ["'--input-timeout' option requires the '--timeout-script' option"]);
});

test('help and version', () => {
  for (const args of [['--help'], ['-?'], ['-h'], ['--he']]) {
    assert.equal(readSecArguments(args).wanted, 'help');
  }
  for (const args of [['--version'], ['-v']]) {
    assert.equal(readSecArguments(args).wanted, 'version');
  }
  assert.equal(readSecArguments([]).wanted, undefined);
});

test('options stand on a base', () => {
  const base = { ...defaultSecOptions, conf: ['a'], debug: 2, tail: false };
  const { options } = readSecArguments(['--conf=b', '--quoting'], base);
  assert.deepEqual(options, { ...base, conf: ['a', 'b'], quoting: true });
});
