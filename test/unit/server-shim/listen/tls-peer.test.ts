import assert from 'node:assert/strict';
import { once } from 'node:events';
import net from 'node:net';
import { test } from 'node:test';
import tls, { type TLSSocket } from 'node:tls';
import { tlsPeer } from '../../../../server-shim/listen/tls-peer.ts';

/** A server of TLS whose clients cannot succeed, and whose sockets' addresses are asked for as ours are. */
async function startServer() {
  const server = tls.createServer({
    pskCallback: () => null,
    ciphers: 'PSK',
    handshakeTimeout: 200,
  });
  server.prependListener('connection', (socket) => socket.remoteAddress);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  assert(typeof address === 'object' && address !== null);
  return { server, port: address.port };
}

/** Lets a client do something amid its handshake; gives its own address and what the server sees of it. */
async function fail(act: (client: net.Socket) => void) {
  const { server, port } = await startServer();
  const client = net.connect(port, '127.0.0.1');
  client.on('error', () => {});
  await once(client, 'connect');
  const own = `127.0.0.1:${client.localPort}`;
  const failed = once(server, 'tlsClientError');
  act(client);
  const [, socket]: [Error, TLSSocket] = (await failed) as [Error, TLSSocket];
  const seen = { own, hasAddress: socket.remoteAddress !== undefined, peer: tlsPeer(socket) };
  client.destroy();
  server.close();
  return seen;
}

// If this fails with another Node.js, look at tls-peer.ts: it uses what Node.js does not document.
test('the address of a client that is gone amid its handshake is known', async () => {
  const { own, hasAddress, peer } = await fail((client) => client.resetAndDestroy());
  assert.equal(hasAddress, false);
  assert.equal(peer, own);
});

test('the address of one that is still there, too', async () => {
  const { own, peer } = await fail((client) => client.write('this is no TLS\r\n'));
  assert.equal(peer, own);
});

test('without the socket below there is no address, and no error', () => {
  assert.equal(tlsPeer(new net.Socket()), 'unknown:0');
});
