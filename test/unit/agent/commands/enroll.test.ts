import assert from 'node:assert/strict';
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { readReceiver } from '../../../../agent/config/receiver-config.ts';
import { fetchAuthority } from '../../../../agent/enroll/fetch-authority.ts';
import { assertNoReceiver, writeReceiver } from '../../../../agent/enroll/write-receiver.ts';
import { certificateFingerprint } from '../../../../platform/certificates/certificate-fingerprint.ts';
import { issueCertificate } from '../../../../platform/certificates/issue-certificate.ts';
import { NagtailError } from '../../../../platform/errors.ts';
import { parseIni } from '../../../../platform/ini-file.ts';
import { ProblemList } from '../../../../platform/problem.ts';
import { type Enrolment, encodeEnrolment } from '../../../../protocol/enrolment-token.ts';
import { startNrdpShim } from '../../../support/nrdp-shim.ts';
import { Program } from '../../../support/program.ts';
import { tempDir } from '../../../support/temp-dir.ts';

const ng: Enrolment = {
  protocol: 'nsca-ng',
  host: 'nagios.example.com',
  port: 5668,
  identity: 'web01',
  secret: 'hidden-secret',
};
const now = Date.now();
const ca = await issueCertificate({ kind: 'authority', name: 'CA' }, undefined, now);
const stranger = await issueCertificate({ kind: 'authority', name: 'CA' }, undefined, now);

/** A receiver with a certificate of the CA, as cert init makes it. */
async function startWithChain(t: TestContext, name = '127.0.0.1') {
  const { cert, key } = await issueCertificate({ kind: 'server', names: [name] }, ca, now);
  const tls = { cert: Buffer.from(cert + ca.cert), key: Buffer.from(key) };
  const shim = await startNrdpShim(t, { tls });
  return { ...shim, url: `https://127.0.0.1:${shim.port}/nrdp/` };
}

test('nagtail enroll: one pasted token, and the agent can report', async (t) => {
  const { url } = await startWithChain(t);
  const config = join(tempDir(t), 'nagtail.ini');
  writeFileSync(config, '[agent]\nhost_name = web01\n');
  const caFingerprint = certificateFingerprint(ca.cert);
  const token = encodeEnrolment({
    protocol: 'nrdp',
    url,
    identity: 'web01',
    secret: 'secret',
    caFingerprint,
  });
  const input = Buffer.from(`\n  ${token}\r\n`);
  const args = ['enroll', '--config', config, '--name', 'centre'];
  const done = await Program.run(t, 'nagtail', args, { input });
  assert.equal(done.code, 0, done.stderr);
  assert.match(done.stdout, /^\[receiver\.centre\], which reports to https:.*as web01:\n/);
  assert.match(done.stdout, /the receiver answers; now run: nagtail validate\n$/);
  assert.match(
    readFileSync(config, 'utf8'),
    /^\[agent\]\nhost_name = web01\n\n\[receiver\.centre\]\nprotocol = nrdp\n/,
  );
  const again = await Program.run(t, 'nagtail', args, { input });
  assert.equal(again.code, 1);
  assert.match(
    again.stderr,
    /nagtail\.ini:4: \[receiver\.centre\] is there already; give another name/,
  );
});

describe('what is written', () => {
  for (const [name, enrolment, authority] of [
    ['NSCA-ng', ng, undefined],
    [
      'NRDP',
      {
        protocol: 'nrdp',
        url: 'https://x/nrdp/',
        identity: 'web01',
        secret: 'hidden-secret',
        caFingerprint: '00'.repeat(32),
      },
      ca.cert,
    ],
  ] as const) {
    test(`can be read as a receiver of ${name}, and its secret by its owner only`, (t) => {
      const folder = tempDir(t);
      const config = join(folder, 'etc/nagtail.ini');
      const files = writeReceiver({ config, name: 'main' }, enrolment, authority);
      assert.equal(files[0], config);
      const text = readFileSync(config, 'utf8');
      assert.ok(!text.includes('hidden-secret'));
      const problems = new ProblemList();
      const [section] = parseIni(text, config).sections;
      assert.ok(section);
      const receiver = readReceiver(section, { folder: join(folder, 'etc') }, problems);
      assert.deepEqual(problems.all, []);
      const secret =
        receiver?.protocol === 'nsca-ng'
          ? receiver.password
          : receiver?.protocol === 'nrdp'
            ? receiver.token
            : undefined;
      assert.equal(Buffer.from(secret?.reveal() ?? '').toString(), 'hidden-secret');
      assert.equal(statSync(join(folder, 'etc/secrets/main')).mode & 0o777, 0o600);
    });
  }

  test('leaves nothing behind when a file is in the way', (t) => {
    const folder = tempDir(t);
    const config = join(folder, 'nagtail.ini');
    writeReceiver({ config, name: 'main' }, ng, undefined);
    writeFileSync(config, '');
    assert.throws(() => writeReceiver({ config, name: 'main' }, ng, undefined), {
      code: 'FILE_EXISTS',
    });
    assert.equal(readFileSync(config, 'utf8'), '');
    // The folder of a configuration that is itself a folder cannot be appended to.
    const blocked = { config: folder, name: 'other' };
    assert.throws(() => writeReceiver(blocked, ng, undefined), NagtailError);
    assert.ok(!existsSync(join(folder, '../secrets/other')));
  });

  test('a receiver of that name is found where it stands', (t) => {
    const config = join(tempDir(t), 'nagtail.ini');
    assertNoReceiver({ config, name: 'main' });
    writeFileSync(config, '[agent]\n[receiver.main]\n[receiver.other]\n');
    assertNoReceiver({ config, name: 'third' });
    assert.throws(
      () => assertNoReceiver({ config, name: 'other' }),
      /nagtail\.ini:3: \[receiver\.other\]/,
    );
  });
});

describe('the CA is fetched', () => {
  test('and known by its fingerprint', async (t) => {
    const { url } = await startWithChain(t);
    const pem = await fetchAuthority(new URL(url), certificateFingerprint(ca.cert));
    assert.equal(certificateFingerprint(pem), certificateFingerprint(ca.cert));
  });

  test('not from a server of another CA', async (t) => {
    const { url } = await startWithChain(t);
    const fetched = fetchAuthority(new URL(url), certificateFingerprint(stranger.cert));
    await assert.rejects(fetched, /does not show the CA that the token names/);
  });

  test('not from one that only shows it and has no certificate of it', async (t) => {
    const own = await issueCertificate({ kind: 'server', names: ['127.0.0.1'] }, stranger, now);
    const tls = { cert: Buffer.from(own.cert + ca.cert), key: Buffer.from(own.key) };
    const { port } = await startNrdpShim(t, { tls });
    const fetched = fetchAuthority(
      new URL(`https://127.0.0.1:${port}/`),
      certificateFingerprint(ca.cert),
    );
    await assert.rejects(fetched, { code: 'ENROLMENT_FAILED' });
  });

  test('not from one with a certificate for another name', async (t) => {
    const { url } = await startWithChain(t, 'other.example.com');
    const fetched = fetchAuthority(new URL(url), certificateFingerprint(ca.cert));
    await assert.rejects(fetched, { code: 'ENROLMENT_FAILED' });
  });
});
