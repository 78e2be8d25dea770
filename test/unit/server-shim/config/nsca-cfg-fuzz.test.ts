import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readNscaCfg } from '../../../../server-shim/config/nsca-cfg.ts';
import { damagedText, roundsOfRun, seededRandom } from '../../../support/seeded-random.ts';

const good = `# a sample
pid_file=/run/nsca.pid
server_port=5667
server_address=192.0.2.1
nsca_user=nagios
nsca_group=nogroup
debug=0
command_file=/var/lib/nagios4/rw/nagios.cmd
alternate_dump_file=/run/nsca.dump
aggregate_writes=0
append_to_file=0
max_packet_age=30
password=secret
decryption_method=14
`;

const pieces = [
  ...[
    '\n',
    '\r\n',
    '=',
    '==',
    '#',
    ' ',
    '\t',
    '\0',
    '\xff',
    '%',
    '-1',
    '65536',
    '99999999999999999999',
    '1e3',
  ],
  ...[
    'check_result_path=/x',
    'nsca_chroot=/',
    'strict_mode_spoofing=1',
    'decryption_method=',
    'password=',
    '__proto__=1',
  ],
];

test('whatever stands in an nsca.cfg gives a configuration that can be, or errors with their lines', (t) => {
  const random = seededRandom(t);
  const rounds = roundsOfRun(5_000);
  let readings = 0;
  for (let round = 0; round < rounds; round++) {
    const text = damagedText(good, pieces, random);
    const lines = text.split('\n').length;
    const { cfg, problems } = readNscaCfg(text, 'nsca.cfg', '/state');
    for (const { place, message } of problems) {
      assert.equal(place.file, 'nsca.cfg');
      assert.ok(place.line === undefined || (place.line >= 1 && place.line <= lines));
      assert.ok(message.length > 0 && !message.includes('\n'));
    }
    if (cfg === undefined) {
      assert.ok(problems.some(({ severity }) => severity === 'error'));
      continue;
    }
    readings++;
    const { nsca, sinks } = cfg.config;
    assert.ok(nsca !== undefined && nsca.port >= 0 && nsca.port <= 65_535);
    assert.ok((nsca.maxPacketAgeSeconds ?? -1) >= 0 && (nsca.maxPacketAgeSeconds ?? 901) <= 900);
    assert.equal(sinks.length, 1);
  }
  assert.ok(readings > rounds / 20, `only ${readings} could be used`);
});
