import { once } from 'node:events';
import tls, { type TLSSocket } from 'node:tls';
import { systemClock } from '../platform/clock.ts';
import { logTo } from '../platform/log.ts';
import { Secret } from '../platform/secret.ts';
import { pskCiphers, type TlsMax } from '../protocol/nsca-ng/tls-psk.ts';
import { NscaNgSender } from '../senders/nsca-ng-sender.ts';
import type { QueuedResult } from '../senders/queued-result.ts';

/** What a load is to do. */
export interface NscaNgLoad {
  readonly port: number;
  readonly identity: string;
  readonly password: string;
  /** Sessions at the same time. */
  readonly clients: number;
  readonly results: number;
  readonly resultsPerSession: number;
  readonly tlsMax: TlsMax;
}

/** The text of one result; some 100 bytes, as a check of a log makes it. */
const output =
  'USERACT: foohost login 1 LOGIN FAILURE  on ttyp2 at Mon Nov 23 09:14:01 2026|failures=3;1;5';

/**
 * Speaks NSCA-ng as its own client does: each request waits for its answer. Resolves when each
 * result has its OKAY.
 */
export async function runNscaNgLoad(load: NscaNgLoad): Promise<void> {
  const { clients, results, resultsPerSession } = load;
  let left = Math.ceil(results / resultsPerSession);
  const client = async () => {
    while (left-- > 0) await session(load);
  };
  await Promise.all(Array.from({ length: clients }, client));
}

async function session(load: NscaNgLoad): Promise<void> {
  const { port, identity, password, resultsPerSession, tlsMax } = load;
  const socket = tls.connect({
    host: '127.0.0.1',
    port,
    ciphers: pskCiphers,
    maxVersion: tlsMax,
    pskCallback: () => ({ identity, psk: Buffer.from(password) }),
    checkServerIdentity: () => undefined,
  });
  socket.setNoDelay(true);
  await once(socket, 'secureConnect');
  const time = Math.floor(Date.now() / 1000);
  const command = Buffer.from(
    `[${time}] PROCESS_SERVICE_CHECK_RESULT;web01;SSHD Failures;2;${output}\n`,
  );
  await converse(socket, command, resultsPerSession);
  socket.end('QUIT\r\n');
  socket.resume();
  await once(socket, 'close');
}

/** Two requests and two answers a result, as fast as the answers come. */
function converse(socket: TLSSocket, command: Buffer, results: number): Promise<void> {
  const announce = `PUSH ${command.length}\r\n`;
  return new Promise((resolve, reject) => {
    let answers = 0;
    socket.on('data', (chunk: Buffer) => {
      const text = chunk.toString('latin1');
      if (!/^(MOIN 1|OKAY)\r\n$/.test(text)) {
        reject(new Error(`it said ${JSON.stringify(text)}`));
        return;
      }
      const asked = answers++;
      // The one behind the last is that to the goodbye.
      if (asked >= 2 * results) resolve();
      else socket.write(asked % 2 === 0 ? announce : command);
    });
    socket.on('error', reject);
    socket.on('close', () => reject(new Error('it closed the connection')));
    socket.write('MOIN 1 benchmark\r\n');
  });
}

/** Sends batches of nagtail/1, as agents do; resolves when each result is acknowledged. */
export async function runBatchLoad({
  port,
  identity,
  password,
  clients,
  results,
}: NscaNgLoad): Promise<void> {
  const each = Math.ceil(results / clients);
  const time = Math.floor(Date.now() / 1000);
  const result = { host: 'web01', service: 'SSHD Failures', returnCode: 2, output, time };
  const rows = Array.from(
    { length: each },
    (_, index): QueuedResult => ({ seq: index + 1, result }),
  );
  const agent = async (_: unknown, number: number) => {
    const stream = {
      name: `bench-${process.pid}-${Date.now()}-${number}`,
      highestSeq: each,
      find: () => undefined,
      renew: () => {},
    };
    const secret = new Secret(Buffer.from(password));
    const sender = new NscaNgSender(
      {
        host: '127.0.0.1',
        port,
        identity,
        password: secret,
        tlsMax: 'TLSv1.3',
        timeoutMs: 30_000,
        stream,
      },
      { log: logTo(() => {}), clock: systemClock },
    );
    let acknowledged = 0;
    const progress = {
      acknowledged: (seq: number) => {
        acknowledged = seq;
      },
      refused: (seq: number, reason: string) => {
        throw new Error(`${seq} was refused: ${reason}`);
      },
    };
    await sender.send(rows, progress, new AbortController().signal);
    if (acknowledged !== each) throw new Error(`${acknowledged} of ${each} were acknowledged`);
    sender.close();
  };
  await Promise.all(Array.from({ length: clients }, agent));
}
