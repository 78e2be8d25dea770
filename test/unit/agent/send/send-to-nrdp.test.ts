import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import path from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { issueCertificate } from '../../../../platform/certificates/issue-certificate.ts';
import { parseForm } from '../../../../protocol/nrdp/form-parameters.ts';
import { nrdpRequest, readCheckResults } from '../../../../protocol/nrdp/request.ts';
import { freePort } from '../../../support/free-port.ts';
import { identitiesOf } from '../../../support/ng-listener.ts';
import { startNrdpShim } from '../../../support/nrdp-shim.ts';
import { Program } from '../../../support/program.ts';
import { tempDir } from '../../../support/temp-dir.ts';

async function send(t: TestContext, args: readonly string[], input = '') {
  const given = ['send', '--protocol', 'nrdp', ...args];
  return await Program.run(t, 'nagtail', given, { input: Buffer.from(input, 'latin1') });
}

const token = ['--token', 'secret'];
const one = ['-H', 'web01', '-s', 'Disk', '-S', '1', '-o', 'full'];
const oneCommand = 'PROCESS_SERVICE_CHECK_RESULT;web01;Disk;1;full';

describe('nagtail send --protocol nrdp, to nagtail-shim', { concurrency: 2 }, () => {
  test('a result on the command line, as send_nrdp.sh has it: nothing is read, and its words are said', async (t) => {
    const { port, commands } = await startNrdpShim(t);
    // Without the slash, as its documentation writes it.
    const sent = await send(t, ['-u', `http://127.0.0.1:${port}/nrdp`, '-t', 'secret', ...one]);
    assert.equal(sent.stderr, '');
    assert.equal(sent.stdout, `Sent 1 checks to http://127.0.0.1:${port}/nrdp/\n`);
    assert.equal(sent.code, 0);
    assert.deepEqual(await commands(1), [oneCommand]);
  });

  test('results on lines, of which the token may report some', async (t) => {
    const { port, commands } = await startNrdpShim(t, {
      identities: identitiesOf({ name: 'web01', hosts: 'web.*' }),
    });
    const file = path.join(tempDir(t), 'token');
    writeFileSync(file, 'secret\n');
    const url = `--url=http://127.0.0.1:${port}/nrdp/`;
    const input = 'web01;Disk;2;a & <b>\\nc\r\nweb01;0;up\ndb01;Disk;0;not mine\nnonsense\n';
    const sent = await send(t, [url, '--token-file', file, '--usestdin', '--delim', ';'], input);
    assert.equal(sent.code, 1);
    assert.match(sent.stderr, /result 4 is not sent: expected HOST/);
    assert.match(sent.stderr, /refused result 3 \(db01;Disk\)/);
    assert.equal(sent.stdout, `Sent 2 checks to http://127.0.0.1:${port}/nrdp/\n`);
    assert.deepEqual(await commands(2), [
      'PROCESS_SERVICE_CHECK_RESULT;web01;Disk;2;a & <b>\\nc',
      'PROCESS_HOST_CHECK_RESULT;web01;0;up',
    ]);
  });

  test('a wrong token, nobody there: exit code 2, nothing on standard output, and no token in what is said', async (t) => {
    const { port } = await startNrdpShim(t);
    const wrong = await send(t, ['-u', `http://127.0.0.1:${port}/nrdp/`, '-t', 'mistyped', ...one]);
    assert.deepEqual([wrong.code, wrong.stdout], [2, '']);
    assert.match(wrong.stderr, /it does not accept our token/);
    assert.doesNotMatch(wrong.stderr, /mistyped/);
    const closed = `http://127.0.0.1:${await freePort()}/nrdp/`;
    const nobody = await send(t, ['-u', closed, ...token, ...one]);
    assert.deepEqual([nobody.code, nobody.stdout], [2, '']);
    assert.match(nobody.stderr, /connection refused/);
    const file = path.join(tempDir(t), 'token');
    writeFileSync(file, '\n');
    const empty = await send(t, ['-u', closed, '--token-file', file, ...one]);
    assert.equal(empty.code, 78);
    assert.match(empty.stderr, /token: the token is empty/);
  });

  test('by HTTPS the certificate is looked at', async (t) => {
    const now = Date.now();
    const authority = await issueCertificate({ kind: 'authority', name: 'CA' }, undefined, now);
    const server = await issueCertificate({ kind: 'server', names: ['127.0.0.1'] }, authority, now);
    const tls = { cert: Buffer.from(server.cert), key: Buffer.from(server.key) };
    const { port, commands } = await startNrdpShim(t, { tls });
    const url = ['--url', `https://127.0.0.1:${port}/nrdp/`, ...token];
    const untrusted = await send(t, [...url, ...one]);
    assert.equal(untrusted.code, 2);
    assert.match(untrusted.stderr, /its certificate is not trusted/);
    const ca = path.join(tempDir(t), 'ca.crt');
    writeFileSync(ca, authority.cert);
    const trusted = await send(t, [...url, '--tls-ca', ca, '--quiet', ...one]);
    assert.deepEqual([trusted.code, trusted.stdout, trusted.stderr], [0, '', '']);
    assert.deepEqual(await commands(1), [oneCommand]);
    const missing = await send(t, [...url, '--tls-ca', `${ca}.none`, ...one]);
    assert.equal(missing.code, 78);
    assert.match(missing.stderr, /ca\.crt\.none/);
  });
});

test('the checks of send_nrdp.php, as it puts them on the wire', async (t) => {
  const recorded = readFileSync(
    path.join(import.meta.dirname, '../../../fixtures/nrdp/send_nrdp-php'),
    'latin1',
  );
  const expected = checksIn(recorded.slice(recorded.indexOf('\n\n') + 2));
  assert.equal(expected.length, 2);
  const bodies: string[] = [];
  const server = http.createServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => {
      body += chunk;
    });
    request.on('end', () => {
      bodies.push(body);
      response.end('<result><status>0</status><message>OK</message></result>');
    });
  });
  t.after(() => server.close());
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  assert(typeof address === 'object' && address !== null);
  const input = 'web01\tWeb\t2\tGET /?a=1&b=2 <failed> 50% + "x"\nweb02\t0\tup\\n2nd line\n';
  const sent = await send(t, ['-u', `http://127.0.0.1:${address.port}/`, ...token], input);
  assert.equal(sent.code, 0, sent.stderr);
  assert.deepEqual(checksIn(bodies.join('')), expected);
});

/** The checks that a form submits, without the times that only we tell. */
function checksIn(form: string) {
  const parameters = parseForm(Buffer.from(form, 'latin1'));
  assert(parameters !== undefined);
  const { command, token: told, format } = nrdpRequest(parameters);
  assert.equal(told, 'secret');
  assert(command.kind === 'submitcheck');
  const reading = readCheckResults(command.data, format);
  assert(reading.ok);
  return reading.rows.map((row) => {
    assert(row.kind === 'result');
    const { time, ...result } = row.result;
    return result;
  });
}
