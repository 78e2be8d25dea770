import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { readNscaNgCfg } from '../../../../agent/send/nsca-ng-cfg.ts';
import { readResultObject } from '../../../../agent/send/read-result-object.ts';
import { readSendNscaCfg } from '../../../../agent/send/send-nsca-cfg.ts';
import { formatProblem, ProblemList } from '../../../../platform/problem.ts';
import { byteStringOf } from '../../../../protocol/byte-string.ts';

function readWith<Cfg>(
  read: (text: string, file: string, problems: ProblemList) => Cfg,
  text: string,
) {
  const problems = new ProblemList();
  const cfg = read(text, 'f', problems);
  return { cfg, problems: problems.all.map(formatProblem) };
}

describe('send_nsca.cfg of NSCA', () => {
  const passwords: readonly (readonly [string, string])[] = [
    ['password=secret\n', 'secret'],
    [' password =secret', 'secret'],
    ['password=a=b#c;d\n', 'a=b#c;d'],
    [byteStringOf('password=voilà\n'), 'voilà'],
    ['password=first\npassword=last\n', 'last'],
    ['# password=x\n\nencryption_method= 8\n', ''],
  ];
  for (const [text, password] of passwords) {
    test(JSON.stringify(text), () => {
      const { cfg, problems } = readWith(readSendNscaCfg, text);
      assert.equal(Buffer.from(cfg.password.reveal()).toString(), password);
      assert.deepEqual(problems, []);
    });
  }

  test('its defaults are those of send_nsca; the last key of a kind counts', () => {
    assert.equal(readWith(readSendNscaCfg, '').cfg.method, 1);
    assert.equal(
      readWith(readSendNscaCfg, 'encryption_method=3\nencryption_method=14').cfg.method,
      14,
    );
    assert.equal(readWith(readSendNscaCfg, 'legacy_2_7_mode=YES\n').cfg.legacy, true);
  });

  const wrong: readonly (readonly [string, RegExp])[] = [
    ['passwrd=x', /^f:1: unknown key 'passwrd'; did you mean 'password'\?$/],
    ['\npassword', /^f:2: 'password' has no value/],
    ['encryption_method=99', /^f:1: encryption_method: unknown encryption method '99'/],
    ['legacy_2_7_mode=maybe', /^f:1: legacy_2_7_mode: expected yes or no, found 'maybe'$/],
    ['password= secret', /^f:1: warning: the password begins or ends with a blank/],
    ['password=secret\r\n', /^f:1: warning: the password begins or ends with a blank/],
  ];
  for (const [text, problem] of wrong) {
    test(`${JSON.stringify(text)}: told`, () => {
      assert.match(readWith(readSendNscaCfg, text).problems[0] ?? '', problem);
    });
  }
});

describe("send_nsca.cfg of NSCA-ng's client", () => {
  test('quotes, escapes, comments, lines that go on', () => {
    const text = [
      '# a comment',
      'identity = "web-\\"checker\\" #1" # behind it',
      "password='a\"b \\\\ c'",
      'server = monitoring.exam\\',
      'ple.com',
      'port=1234',
      'timeout = "10"',
      'delay = 2',
      'tls_ciphers = PSK-AES256-CBC-SHA',
      'encryption_method = "aes"',
    ].join('\n');
    const { cfg, problems } = readWith(readNscaNgCfg, text);
    assert.deepEqual(problems, []);
    const { password, ...rest } = cfg;
    assert.equal(Buffer.from(password?.reveal() ?? []).toString(), 'a"b \\ c');
    assert.deepEqual(rest, {
      identity: 'web-"checker" #1',
      server: 'monitoring.example.com',
      port: 1234,
      timeoutSeconds: 10,
      delaySeconds: 2,
      tlsCiphers: 'PSK-AES256-CBC-SHA',
    });
  });

  test('a plain value ends with its last byte, which is 0xA0 for à', () => {
    const { cfg, problems } = readWith(readNscaNgCfg, byteStringOf('password = voilà # why\n'));
    assert.deepEqual(problems, []);
    assert.equal(Buffer.from(cfg.password?.reveal() ?? []).toString(), 'voilà');
  });

  const wrong: readonly (readonly [string, RegExp])[] = [
    ['foo = 1', /^f:1: unknown key 'foo'/],
    ['password', /^f:1: password: expected password = "VALUE"$/],
    ['password = "open', /^f:1: password: expected/],
    ['password = two words', /^f:1: password: expected/],
    ['port = http', /^f:1: port: expected a whole number from 1 to 65535, found 'http'$/],
  ];
  for (const [text, problem] of wrong) {
    test(`${JSON.stringify(text)}: told`, () => {
      assert.match(readWith(readNscaNgCfg, text).problems[0] ?? '', problem);
    });
  }
});

describe('a result as a JSON object', () => {
  const now = 1_700_000_000;
  test('all of its keys', () => {
    const line = '{"host":"h","service":"s","state":"warning","output":"\\u00e4","time":17}';
    const result = { host: 'h', service: 's', returnCode: 1, output: '\xc3\xa4', time: 17 };
    assert.deepEqual(readResultObject(line, now), { kind: 'result', result });
  });

  test('a host check, and what holds without a key', () => {
    const result = { host: 'h', service: null, returnCode: -1, output: '', time: now };
    assert.deepEqual(readResultObject('{"host":"h","state":-1}', now), { kind: 'result', result });
  });

  const wrong: readonly (readonly [string, RegExp])[] = [
    ['h\ts\t0\tx', /not JSON/],
    ['[1]', /expected a JSON object/],
    ['{"state":0}', /expected "host"/],
    ['{"host":"h","state":"fine"}', /expected "state"/],
    ['{"host":"h","state":1.5}', /expected "state"/],
    ['{"host":"h","state":"constructor"}', /expected "state"/],
    ['{"host":"h","state":0,"stat":1}', /unknown key 'stat'; did you mean 'state'/],
    ['{"host":"h","state":0,"time":"now"}', /expected "time"/],
    ['{"host":"h","state":0,"service":7}', /expected "service"/],
  ];
  for (const [line, reason] of wrong) {
    test(`${line} is none`, () => {
      const reading = readResultObject(line, now);
      assert(reading.kind === 'bad');
      assert.match(reading.reason, reason);
    });
  }
});
