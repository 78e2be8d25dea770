import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatProblem } from '../../../../platform/problem.ts';
import { byteStringOf } from '../../../../protocol/byte-string.ts';
import { readNscaCfg } from '../../../../server-shim/config/nsca-cfg.ts';

const read = (text: string) => readNscaCfg(text, 'nsca.cfg', '/state');

test("Debian's file: its values, and a line for each key that means nothing here", () => {
  const { cfg, problems } = read(`# comment
log_facility=daemon
pid_file=/run/nagios/nsca.pid
server_port=5667
nsca_user=nagios
nsca_group=nogroup
debug=0

command_file=/run/icinga2/cmd/icinga2.cmd
alternate_dump_file=/run/nagios/nsca.dump
aggregate_writes=0
append_to_file=0
max_packet_age=30
password= two words
decryption_method=14
`);
  assert(cfg);
  const { nsca, sinks, stateDir } = cfg.config;
  assert.deepEqual([nsca?.address, nsca?.port, nsca?.methods], ['*', 5667, [14]]);
  assert.equal(Buffer.from(nsca?.passwords[0].reveal() ?? []).toString(), ' two words');
  assert.deepEqual([nsca?.maxPacketAgeSeconds, nsca?.strictSpoofing], [30, false]);
  assert.deepEqual(
    sinks.map(({ options }) => options),
    [{ type: 'command-file', name: 'nsca', path: '/run/icinga2/cmd/icinga2.cmd', create: false }],
  );
  assert.equal(stateDir, '/state');
  const { user, group, pidFile } = cfg;
  assert.deepEqual(
    [user, group, pidFile, cfg.config.logLevel],
    ['nagios', 'nogroup', '/run/nagios/nsca.pid', 'info'],
  );
  assert.deepEqual(problems.map(formatProblem), [
    'nsca.cfg:11: warning: aggregate_writes=0: results are always written together, as far as they come together',
    'nsca.cfg:10: warning: alternate_dump_file=/run/nagios/nsca.dump: results that the command file does not take wait in the state folder instead',
    'nsca.cfg:2: warning: log_facility=daemon: messages go to standard error, for systemd or syslog',
  ]);
});

test('a password ends with its last byte, which is 0xA0 for à', () => {
  const { cfg } = read(byteStringOf('command_file=/x\npassword=voilà \t\r\n'));
  assert.equal(Buffer.from(cfg?.config.nsca?.passwords[0].reveal() ?? []).toString(), 'voilà');
});

test("nsca's defaults hold for what is not given", () => {
  const { cfg } = read('command_file=/x\n');
  assert.deepEqual(cfg?.config.nsca?.methods, [1]);
  assert.equal(cfg?.config.nsca?.passwords[0].reveal().length, 0);
});

test('a spool folder goes before the command file, and both are below a changed root', () => {
  const { cfg, problems } = read(
    'command_file=/x\ncheck_result_path=/spool\nnsca_chroot=/jail\nstrict_mode_spoofing=1\nserver_address=::1\n',
  );
  assert.deepEqual(
    cfg?.config.sinks.map(({ options }) => options),
    [{ type: 'check-result-spool', name: 'nsca', path: '/jail/spool' }],
  );
  assert.deepEqual([cfg?.config.nsca?.strictSpoofing, cfg?.config.nsca?.address], [true, '::1']);
  assert.match(problems[0]?.message ?? '', /nsca_chroot=\/jail: .*RootDirectory=/);
});

const bad: readonly (readonly [string, string])[] = [
  ['', 'nsca.cfg: nowhere to hand results over: expected command_file= or check_result_path='],
  ['comand_file=/x', "nsca.cfg:1: unknown key 'comand_file'; did you mean 'command_file'?"],
  ['command_file', "nsca.cfg:1: 'command_file' has no value; expected KEY=VALUE"],
  [
    'command_file=/x\nmax_packet_age=901',
    "nsca.cfg:2: max_packet_age: expected a whole number from 0 to 900, found '901'",
  ],
  [
    'command_file=/x\ndecryption_method=7',
    'nsca.cfg:2: decryption_method: encryption method 7 (threeway) is not part of libmcrypt: no NSCA program works with it; use 14 (rijndael-128), or one of 0, 1, 2, 3, 4, 5, 6, 8, 9, 10, 11, 15, 16, 20, 23, 26',
  ],
];

for (const [text, expected] of bad) {
  test(`bad: ${text.replace('\n', ', ')}`, () => {
    const { cfg, problems } = read(text);
    assert.equal(cfg, undefined);
    assert(problems.map(formatProblem).includes(expected), problems.map(formatProblem).join('\n'));
  });
}
