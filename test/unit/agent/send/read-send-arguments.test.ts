import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { readSendArguments } from '../../../../agent/send/read-send-arguments.ts';
import type { SendRequest } from '../../../../agent/send/send-request.ts';

function requestOf(...args: readonly string[]): SendRequest {
  const read = readSendArguments(args);
  assert(read.kind === 'send', JSON.stringify(read));
  return read.request;
}

describe('the command line of nagtail send', () => {
  const table: readonly (readonly [string, readonly string[], Partial<SendRequest>])[] = [
    [
      "send_nsca's options",
      ['-H', 'a', '-p', '1', '-to', '5', '-c', 'f', '-d', ';', '-ds', '0x0a', '--quiet'],
      {
        hosts: ['a'],
        port: 1,
        timeoutMs: 5_000,
        clientFile: 'f',
        delimiter: 0x3b,
        separator: 10,
        quiet: true,
      },
    ],
    ['the host as the first argument', ['a', '-p', '2'], { hosts: ['a'], port: 2 }],
    ['an old nsca', ['-H', 'a', '--legacy-2-7-mode'], { legacy: true }],
    ['several hosts', ['-H', 'a', '-H', '::1'], { hosts: ['a', '::1'] }],
    ['receivers of nagtail.ini', ['--to', 'x', '--to=y', '--config=i'], { receivers: ['x', 'y'] }],
    ['own input formats', ['-H', 'a', '--lines'], { input: 'lines' }],
    ['a method by its name', ['-H', 'a', '--encryption-method=aes'], { method: 14 }],
    ['a host that looks like an option', ['-H', '-V2'], { hosts: ['-V2'] }],
    [
      "NSCA-ng's options",
      [
        '--protocol',
        'nsca-ng',
        '-C',
        '-vv',
        '-D3',
        '-Ha',
        '-o',
        '0',
        '-e',
        '\\n',
        '-d\\x2c',
        '-sS',
      ],
      {
        protocol: 'nsca-ng',
        input: 'commands',
        verbosity: 2,
        delaySeconds: 3,
        hosts: ['a'],
        timeoutMs: 0,
        separator: 10,
        delimiter: 0x2c,
        toSyslog: true,
        toStandardError: true,
      },
    ],
    [
      "send_nsca's time-out, as NSCA-ng takes it",
      ['--protocol=nsca-ng', '-to', '7'],
      { timeoutMs: 7_000 },
    ],
    [
      "send_nrdp.sh's options",
      [
        '--protocol=nrdp',
        '-u',
        'http://a/nrdp',
        '-tx',
        '-H',
        'h',
        '-sd',
        '-S',
        'critical',
        '-o',
        'a\\nb',
        '-c1',
      ],
      {
        hosts: ['http://a/nrdp/'],
        token: 'x',
        result: { host: 'h', service: 'd', returnCode: 2, output: 'a\nb' },
        input: 'lines',
      },
    ],
    [
      "send_nrdp.php's options",
      [
        '--protocol=nrdp',
        '--url=https://a/x.php',
        '--token=x',
        '--usestdin',
        '--delim=;',
        '--checktype=1',
      ],
      { hosts: ['https://a/x.php'], delimiter: 0x3b, result: undefined },
    ],
    [
      'an output that looks like an option',
      ['--protocol=nrdp', '--to', 'x', '-Hh', '-S0', '-o', '-5 degrees'],
      { result: { host: 'h', returnCode: 0, output: '-5 degrees' } },
    ],
    [
      'a result without output',
      ['--protocol=nrdp', '--to', 'x', '--host=h', '--state=0', '--output='],
      { result: { host: 'h', returnCode: 0, output: '' } },
    ],
    ['NSCA-ng knows a server from its configuration', ['--protocol=nsca-ng'], { hosts: [] }],
  ];
  for (const [name, args, expected] of table) {
    test(name, () => {
      const request = requestOf(...args);
      const part = Object.fromEntries(
        Object.keys(expected).map((key) => [key, Reflect.get(request, key)]),
      );
      assert.deepEqual(part, expected);
    });
  }

  const wrong: readonly (readonly [readonly string[], RegExp])[] = [
    [[], /no receiver: expected -H HOST, or --to NAME/],
    [['-H'], /-H needs a value: HOST/],
    [['-H', ''], /-H: expected a text/],
    [['-H', 'a', '-p', '0'], /-p: expected a whole number from 1 to 65535, found '0'/],
    [['-H', 'a', '-to', '0'], /-to: expected a whole number from 1/],
    [['-H', 'a', 'b'], /unexpected argument 'b'/],
    [['-H', 'a', '--lins'], /unknown option --lins; did you mean '--lines'\?/],
    [['-H', 'a', '--lines=1'], /--lines takes no value/],
    [['-H', 'a', '-C'], /unknown option -C/],
    [['-H', 'a', '-d', ''], /-d: expected one character/],
    [['--protocol', 'smtp'], /--protocol: expected nsca, nsca-ng, nrdp, found 'smtp'/],
    [['--protocol=nsca-ng', '-C', '--to', 'x'], /-C sends commands to hosts/],
    [['--protocol=nrdp'], /no receiver: expected --url URL, or --to NAME/],
    [['--protocol=nrdp', '-u', 'http://a/'], /no token: expected --token-file FILE/],
    [['--protocol=nrdp', '-u', 'a'], /-u: expected an address such as https:/],
    [['--protocol=nrdp', '-u', 'http://u:p@a/'], /-u: a user and a password in an address/],
    [['--protocol=nrdp', '--to', 'x', '-t', 'a', '--token-file', 'b'], /found both/],
    [['--protocol=nrdp', '--to', 'x', '-H', 'h', '-o', 'x'], /needs --host, --state and --output/],
    [['--protocol=nrdp', '--to', 'x', '-S', '40000'], /-S: expected a number or one of OK/],
    [['-H', 'a', '--encryption-method', '12'], /arcfour\) is a stream cipher/],
  ];
  for (const [args, complaint] of wrong) {
    test(`refused: ${args.join(' ') || 'nothing'}`, () => {
      const read = readSendArguments(args);
      assert(read.kind === 'wrong', JSON.stringify(read));
      assert.match(read.complaint, complaint);
    });
  }

  test('help and version are asked for in any place', () => {
    assert.deepEqual(readSendArguments(['-H', 'a', '-h']), { kind: 'help', protocol: 'nsca' });
    assert.equal(readSendArguments(['--protocol=nsca-ng', '-vh']).kind, 'help');
    assert.equal(readSendArguments(['-V']).kind, 'version');
  });
});
