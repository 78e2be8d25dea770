import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { peer } from '../support/peers.ts';
import { tempDir } from '../support/temp-dir.ts';
import { projectRoot } from '../tidy/project-files.ts';

const folder = path.join(projectRoot, 'config/systemd');
const units = readdirSync(folder).filter((name) => /\.(?:service|socket)$/.test(name));
const services = units.filter((name) => name.endsWith('.service'));
const { path: systemdAnalyze, skip } = peer('systemd-analyze');

/** As systemd counts: 0 is a service that can do nothing, 9.6 one without any restriction. */
const exposureMax = 2.0;

for (const unit of services) {
  test(`${unit}: exposed by no more than ${exposureMax}`, { skip }, (t) => {
    const exposure = exposureOf(path.join(folder, unit));
    t.diagnostic(`${unit}: exposure ${exposure}`);
    assert.ok(exposure <= exposureMax, `exposure ${exposure}`);
  });
}

test('the addition that lets the agent read all logs still keeps it within bounds', {
  skip,
}, (t) => {
  const addition = readFileSync(path.join(folder, 'drop-ins/read-all-logs.conf'), 'utf8');
  const file = path.join(tempDir(t), 'nagtail.service');
  // As systemd does it: settings of an addition come after those of the unit.
  const unit = readFileSync(path.join(folder, 'nagtail.service'), 'utf8');
  writeFileSync(file, `${unit}\n${addition}`);
  assert.ok(exposureOf(file) <= exposureMax);
  assert.ok(exposureOf(file) > exposureOf(path.join(folder, 'nagtail.service')));
});

test('systemd has nothing to say against the units', { skip }, (t) => {
  const own = tempDir(t);
  for (const unit of units) {
    const text = readFileSync(path.join(folder, unit), 'utf8');
    // Programs and manual pages are there only when the package is installed.
    const here = text
      .replaceAll(/\/usr\/s?bin\/nagtail(?:-shim)?(?= )/g, '/bin/true')
      .replaceAll(/^Documentation=.*$/gm, '');
    writeFileSync(path.join(own, unit), here);
  }
  const files = units.map((unit) => path.join(own, unit));
  const { status, stdout, stderr } = spawnSync(systemdAnalyze, ['verify', '--man=no', ...files], {
    encoding: 'utf8',
    env: { ...process.env, SYSTEMD_UNIT_PATH: `${own}:` },
  });
  assert.deepEqual({ status, said: stdout + stderr }, { status: 0, said: '' });
});

test('a wrong configuration is not tried again and again; a reload checks it first', () => {
  for (const unit of services) {
    const text = readFileSync(path.join(folder, unit), 'utf8');
    assert.match(text, /^RestartPreventExitStatus=78$/m);
  }
  for (const [unit, program] of [
    ['nagtail.service', '/usr/bin/nagtail'],
    ['nagtail-shim.service', '/usr/sbin/nagtail-shim'],
  ] as const) {
    const text = readFileSync(path.join(folder, unit), 'utf8');
    const reloads = [...text.matchAll(/^ExecReload=(.*)$/gm)].map((match) => match[1]);
    assert.deepEqual(reloads, [`${program} validate --quiet`, "/bin/sh -c 'kill -HUP $MAINPID'"]);
  }
});

function exposureOf(file: string): number {
  const args = ['security', '--offline=true', '--no-pager', file];
  const said = execFileSync(systemdAnalyze, args, { encoding: 'utf8' });
  const found = /Overall exposure level for \S+: ([\d.]+)/.exec(said);
  assert.ok(found, said);
  return Number(found[1]);
}
