import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import net from 'node:net';
import { type TestContext, test } from 'node:test';
import tls, { type TLSSocket } from 'node:tls';
import { certificateFingerprint } from '../../../../platform/certificates/certificate-fingerprint.ts';
import { issueCertificate } from '../../../../platform/certificates/issue-certificate.ts';

const authority = await issueCertificate(
  { kind: 'authority', name: 'Test CA' },
  undefined,
  Date.now(),
);
const names = ['nagios.example.com', '127.0.0.1', '::1'];
const server = await issueCertificate({ kind: 'server', names }, authority, Date.now());
const client = await issueCertificate({ kind: 'client', name: 'wéb01' }, authority, Date.now());

/** A handshake in which both sides show certificates; gives what each says of the other. */
async function handshake(
  test: TestContext,
  { cert, key }: { readonly cert: string; readonly key: string },
  servername: string,
): Promise<{ readonly server: TLSSocket; readonly client: TLSSocket }> {
  const ca = authority.cert;
  const listener = tls.createServer({
    ...server,
    ca,
    requestCert: true,
    rejectUnauthorized: false,
  });
  listener.listen(0, '127.0.0.1');
  test.after(() => listener.close());
  await once(listener, 'listening');
  const address = listener.address();
  assert.ok(typeof address === 'object' && address !== null);
  const accepted: Promise<TLSSocket[]> = once(listener, 'secureConnection');
  // By name where there is one: TLS has no way to name an address.
  const name = net.isIP(servername) === 0 ? { servername } : {};
  const socket = tls.connect({ host: '127.0.0.1', port: address.port, ca, cert, key, ...name });
  await once(socket, 'secureConnect');
  const [other] = await accepted;
  assert.ok(other);
  test.after(() => {
    socket.destroy();
    other.destroy();
  });
  return { server: other, client: socket };
}

test('OpenSSL accepts server and client, by name and by address', async (t) => {
  for (const name of ['nagios.example.com', '127.0.0.1']) {
    const both = await handshake(t, client, name);
    assert.equal(both.client.authorized, true);
    assert.equal(both.server.authorized, true);
    assert.equal(both.server.getPeerCertificate().subject.CN, 'wéb01');
  }
});

test('another name, and a server as a client, are not accepted', async (t) => {
  await assert.rejects(handshake(t, client, 'other.example.com'), {
    code: 'ERR_TLS_CERT_ALTNAME_INVALID',
  });
  const both = await handshake(t, server, 'nagios.example.com');
  assert.equal(both.server.authorized, false);
});

test('the certificates say what they are', () => {
  const [ca, host, agent] = [authority, server, client].map(
    ({ cert }) => new X509Certificate(cert),
  );
  assert.ok(ca && host && agent);
  assert.equal(ca.ca, true);
  assert.equal(host.ca, false);
  assert.ok(host.checkIssued(ca) && host.verify(ca.publicKey) && ca.verify(ca.publicKey));
  assert.equal(
    host.subjectAltName,
    'DNS:nagios.example.com, IP Address:127.0.0.1, IP Address:0:0:0:0:0:0:0:1',
  );
  assert.deepEqual(agent.keyUsage, ['1.3.6.1.5.5.7.3.2']);
  assert.notEqual(host.serialNumber, agent.serialNumber);
  const days = (certificate: X509Certificate) =>
    Math.round((certificate.validToDate.getTime() - Date.now()) / 86_400_000);
  assert.equal(days(ca), 3_650);
  assert.equal(days(host), 730);
  assert.match(certificateFingerprint(authority.cert), /^[0-9a-f]{64}$/);
});
