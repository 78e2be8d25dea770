import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { perlGroups, translateRegex } from '../../../../../agent/sec/regex/translate-regex.ts';

/** Patterns as rule files have them, and a line that each matches, with its groups. */
const RULES: readonly (readonly [
  pattern: string,
  line: string,
  ...groups: (string | undefined)[],
])[] = [
  [
    'sshd\\[\\d+\\]: Accepted (?:password|publickey) for svc7 from ([\\d.]+) port (\\d+)',
    'sshd[123]: Accepted password for svc7 from 10.0.0.1 port 4242 ssh2',
    '10.0.0.1',
    '4242',
  ],
  [
    'postfix/smtpd\\[\\d+\\]: NOQUEUE: reject: RCPT from \\S+\\[([\\d.]+)\\]: 550 .*?; from=<(\\S*)> to=<(\\S+)>',
    'postfix/smtpd[9]: NOQUEUE: reject: RCPT from a.b[1.2.3.4]: 550 no; from=<> to=<x@y>',
    '1.2.3.4',
    '',
    'x@y',
  ],
  [
    'kernel: \\[\\s*[\\d.]+\\] (?:EXT4-fs|XFS) \\(dm-0\\): error (.*)',
    'kernel: [ 12.5] XFS (dm-0): error -5 here',
    '-5 here',
  ],
  ['CRON\\[\\d+\\]: \\(user1\\) CMD \\((.+)\\)', 'CRON[1]: (user1) CMD (ls (x))', 'ls (x)'],
  [
    'sudo:\\s+(\\S+) : .*; COMMAND=/usr/sbin/tool1\\b',
    'sudo:   bob : TTY=x; COMMAND=/usr/sbin/tool1 -a',
    'bob',
  ],
  [
    'nginx: ([\\d.]+) - \\S+ \\[[^\\]]+\\] "(?:GET|POST) /app3/\\S* HTTP/[\\d.]+" 5\\d\\d',
    'nginx: 1.2.3.4 - - [x y] "GET /app3/z HTTP/1.1" 502',
    '1.2.3.4',
  ],
  [
    '^\\w{3}\\s+\\d+ [\\d:]+ (\\S+) systemd\\[1\\]: Failed to start unit4\\.service',
    'Nov  3 10:00:01 web1 systemd[1]: Failed to start unit4.service.',
    'web1',
  ],
  [
    "\\bmysqld\\[\\d+\\]: .*\\[ERROR\\] .*table '(\\S+)' .*db5",
    "mysqld[1]: x [ERROR] bad table 'a.b' in db5",
    'a.b',
  ],
  [
    'Failed password for (?:invalid user )?(\\S+) from (\\S+)',
    'Failed password for invalid user al from h',
    'al',
    'h',
  ],
  ['(?i)link (?:is )?(up|down)', 'eth0: Link is DOWN', 'DOWN'],
  [
    '^(?<host>\\S+) (?<prog>[\\w/.-]+)(?:\\[(?<pid>\\d+)\\])?: (?<msg>.*)$',
    'h a/b: hi',
    'h',
    'a/b',
    undefined,
    'hi',
  ],
  ['%(\\w+)-(\\d)-(\\w+):', 'x: %LINK-3-UPDOWN: y', 'LINK', '3', 'UPDOWN'],
  [
    'Interface (\\S+), changed state to (up|down)$',
    'Interface Gi0/1, changed state to up',
    'Gi0/1',
    'up',
  ],
  ['(\\d{1,3}(?:\\.\\d{1,3}){3})', 'from 10.20.30.40!', '10.20.30.40'],
  ['((?:[0-9a-fA-F]{2}:){5}[0-9a-fA-F]{2})', 'mac 00:1A:2b:3c:4d:5e.', '00:1A:2b:3c:4d:5e'],
  ['(?:Out of memory|oom-killer)', 'kernel: oom-killer invoked'],
  ['\\bsegfault at ([[:xdigit:]]+)', 'x[1]: segfault at 7fff01 ip', '7fff01'],
  ['^(?!.*\\b(?:debug|info)\\b).*error', 'an error'],
  ['(\\w+) \\1', 'the the', 'the'],
  ['"([^"\\\\]*(?:\\\\.[^"\\\\]*)*)"', 'say "a\\"b" now', 'a\\"b'],
  [
    'user=<([^>]*)>, method=(\\S+), rip=([\\d.]+)',
    'user=<u>, method=PLAIN, rip=1.1.1.1',
    'u',
    'PLAIN',
    '1.1.1.1',
  ],
  ['status=(sent|deferred|bounced) \\((.*)\\)$', 'status=sent (250 (ok))', 'sent', '250 (ok)'],
  ['(?<=uid=)\\d+', 'x uid=1000 y'],
  [
    '^([A-Z][a-z]{2}) ([ \\d]\\d) (\\d\\d):(\\d\\d):(\\d\\d)',
    'Nov  3 01:02:03',
    'Nov',
    ' 3',
    '01',
    '02',
    '03',
  ],
  [
    '^\\d{4}-\\d\\d-\\d\\dT[\\d:.]+(?:Z|[+-]\\d\\d:?\\d\\d) (.*)',
    '2024-01-02T03:04:05.6+01:00 x',
    'x',
  ],
  [
    'temperature (?:above|below) threshold.*?(\\d+)\\s*C?$',
    'temperature above threshold: 71 C',
    '71',
  ],
  ['^(?:\\S+\\s+){4}(\\S+)', 'a b  c d e f', 'e'],
  [
    'DROP IN=(\\S*) OUT=(\\S*) .*SRC=(\\S+) DST=(\\S+)',
    'DROP IN=e OUT= MAC=x SRC=1 DST=2',
    'e',
    '',
    '1',
    '2',
  ],
  [
    'PROTO=(TCP|UDP)(?: SPT=(\\d+) DPT=(\\d+))?',
    'PROTO=ICMP PROTO=UDP',
    'UDP',
    undefined,
    undefined,
  ],
  [
    '\\[(error|crit|alert|emerg)\\] (\\d+)#(\\d+): \\*?(\\d+)? ?(.*)',
    '[crit] 1#2: *3 x',
    'crit',
    '1',
    '2',
    '3',
    'x',
  ],
  ['(?s)^(.*)\\n(.*)$', 'a\nb\nc', 'a\nb', 'c'],
  ['^(.*)\\n(.*)$', 'a\nb', 'a', 'b'],
  ['^BEGIN (\\d+)\\n(?:.*\\n)*?END \\1$', 'BEGIN 4\nx\ny\nEND 4', '4'],
  ['(\\d++)ms', 'took 15ms', '15'],
  ['(?>\\d+)\\.(\\d+)', '10.25', '25'],
  ['a\\h(b)', 'a b', 'b'],
  ['\\A\\s*\\z', '  '],
  ['^\\s*$', ''],
  ['.', 'x'],
  ['^$', ''],
  ['(\\S+)$', 'a b', 'b'],
  ['([^,]*),([^,]*),([^,]*)', 'a,,c', 'a', '', 'c'],
  ['^(\\w+)(?:\\s+(\\w+))?(?:\\s+(\\w+))?$', 'a b', 'a', 'b', undefined],
  ['(?:^|\\s)(\\d+)(?=\\s|$)', 'x 12 y', '12'],
  ['(?x) ^ (\\S+) \\s+ login: \\s+ (?: FAILED | BAD ) # who', 'tty1 login: BAD', 'tty1'],
  ['(?i:warn(?:ing)?)[: ]+(.*)', 'WARNING: disk', 'disk'],
  ['disk (/dev/\\w+) (?:is )?(\\d{1,3})% full', 'disk /dev/sda1 is 91% full', '/dev/sda1', '91'],
  [
    'load average: ([\\d.]+), ([\\d.]+), ([\\d.]+)',
    'load average: 0.1, 0.2, 0.3',
    '0.1',
    '0.2',
    '0.3',
  ],
  ['RAID.*(?:degraded|failed).*(md\\d+)', 'RAID array degraded: md0', 'md0'],
  [
    'BGP: neighbor ([\\d.]+) (Up|Down)(?: - (.*))?',
    'BGP: neighbor 1.1.1.1 Down - hold',
    '1.1.1.1',
    'Down',
    'hold',
  ],
  [
    '^\\S+ \\S+ \\S+ \\[([^\\]]+)\\] "(\\S+) (.*?) (\\S+)" (\\d{3}) (\\d+|-)',
    'h - - [d] "GET /a b HTTP/1.0" 200 -',
    'd',
    'GET',
    '/a b',
    'HTTP/1.0',
    '200',
    '-',
  ],
  ['(?<key>\\w+)=(?<val>"[^"]*"|\\S+)', 'k="a b"', 'k', '"a b"'],
  ['[Ee]rror\\s*[:=]\\s*(\\d+)', 'Error = 5', '5'],
  ['\\$\\d+\\.\\d{2}', 'cost $1.50'],
  ['C:\\\\\\\\(\\w+)', 'C:\\\\x', 'x'],
  [
    'named\\[\\d+\\]: client (?:@0x[\\da-f]+ )?([\\d.]+)#\\d+',
    'named[1]: client @0xab 1.2.3.4#53',
    '1.2.3.4',
  ],
  [
    'dhcpd: DHCPDISCOVER from ((?:[\\da-f]{2}:?){6}) via (\\w+)',
    'dhcpd: DHCPDISCOVER from 00:11:22:33:44:55 via eth0',
    '00:11:22:33:44:55',
    'eth0',
  ],
  [
    'puppet-agent\\[\\d+\\]: (?:Could not|Failed to) (.+?)(?:: |$)',
    'puppet-agent[1]: Could not x: y',
    'x',
  ],
  ['snmptrapd.*?(?:\\.1\\.3\\.6\\.1\\S*)', 'snmptrapd: .1.3.6.1.4.1'],
  ['(foo|bar)+\\d', 'foobar1', 'bar'],
  ['^((?!heartbeat).)*$', 'alive', 'e'],
  ['\\b([A-Z0-9._%+-]+@[A-Za-z0-9.-]+\\.[A-Za-z]{2,})\\b', 'to A.B@c.example now', 'A.B@c.example'],
];

suite('patterns of real rules run in JavaScript', () => {
  for (const [pattern, line, ...groups] of RULES)
    test(pattern, () => {
      const translation = translateRegex(pattern);
      assert.equal(translation.kind, 'javascript', JSON.stringify(translation));
      if (translation.kind !== 'javascript') return;
      const found = translation.regex.exec(line);
      assert.notEqual(found, null);
      if (found !== null) assert.deepEqual(perlGroups(translation, found).slice(1), groups);
    });
});

test('the share that runs in JavaScript', (t) => {
  const own = RULES.filter(([pattern]) => translateRegex(pattern).kind === 'javascript').length;
  t.diagnostic(`${own} of ${RULES.length} patterns`);
  assert.equal(own, RULES.length);
});
