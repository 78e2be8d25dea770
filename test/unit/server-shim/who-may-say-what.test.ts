import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { systemClock } from '../../../platform/clock.ts';
import { Secret } from '../../../platform/secret.ts';
import { byteStringOf } from '../../../protocol/byte-string.ts';
import { encodeCheckResults } from '../../../protocol/nrdp/encode-check-results.ts';
import { NscaNgSender } from '../../../senders/nsca-ng-sender.ts';
import { AddressList } from '../../../server-shim/listen/address-list.ts';
import { NscaClients } from '../../../server-shim/listen/nsca-clients.ts';
import { ListStream, sendOnce } from '../../support/list-stream.ts';
import { LogList } from '../../support/log-list.ts';
import { identitiesOf } from '../../support/ng-listener.ts';
import { ask, encoded, startNrdpShim } from '../../support/nrdp-shim.ts';
import { RawNscaClient } from '../../support/raw-nsca-client.ts';
import { RawPskClient } from '../../support/raw-psk-client.ts';
import { waitFor } from '../../support/wait-for.ts';

/** Host and service of a result that somebody tries to report; null: of the host itself. */
interface Attempt {
  readonly host: string;
  readonly service: string | null;
  readonly output: string;
}

/** A way into the receiver; resolves when it has answered. */
type Report = (attempt: Attempt) => Promise<void>;

const time = 1_700_000_000;

/** All listeners, for one identity: it may report for web01, and give any command. */
async function startAll(t: TestContext) {
  const identities = identitiesOf({
    name: 'web01',
    password: 'secret',
    hosts: 'web01',
    services: 'disk',
    commands: '.*',
  });
  const identity = identities.find('web01');
  assert.ok(identity);
  const addresses = new AddressList();
  addresses.add('127.0.0.0/8');
  const shim = await startNrdpShim(
    t,
    { identities },
    {
      nsca: {
        address: '127.0.0.1',
        port: 0,
        method: 14,
        password: Buffer.from('secret'),
        clients: new NscaClients(undefined, [{ addresses, identity }]),
      },
      nscaNg: { address: '127.0.0.1', port: 0, identities },
    },
  );
  return shim;
}

type Shim = Awaited<ReturnType<typeof startAll>>['shim'];

const nsca =
  ({ ports }: Shim, size: 4304 | 720): Report =>
  async ({ host, service, output }) => {
    const client = await RawNscaClient.connect(ports.nsca, 14, 'secret');
    await client.send(client.packet({ host, service: service ?? '', output }, size));
    assert.equal(await client.end(), 'closed');
  };

/** The line of a command file, with nothing escaped that should be. */
function commandOf({ host, service, output }: Attempt): string {
  return service === null
    ? `PROCESS_HOST_CHECK_RESULT;${host};0;${output}`
    : `PROCESS_SERVICE_CHECK_RESULT;${host};${service};0;${output}`;
}

const push =
  ({ ports }: Shim, change: (command: string) => string = (command) => command): Report =>
  async (attempt) => {
    const client = await RawPskClient.connect(ports.nscaNg);
    const data = Buffer.from(`[${time}] ${change(commandOf(attempt))}\n`, 'latin1');
    client.write(`MOIN 1 session1\r\nPUSH ${data.length}\r\n`);
    await client.waitFor('OKAY', (received) => received.includes('OKAY\r\n'));
    client.write(data);
    const isAnswered = (received: Buffer) => /OKAY\r\n(OKAY|FAIL|BAIL)/.test(received.toString());
    await client.waitFor('the answer', isAnswered);
    client.socket.destroy();
  };

const batch =
  ({ ports }: Shim): Report =>
  async ({ host, service, output }) => {
    const results = [{ seq: 1, result: { host, service, returnCode: 0, output, time } }];
    // Each is a stream of its own.
    const stream = new ListStream(results);
    stream.name = `s${streams++}`;
    const sender = new NscaNgSender(
      {
        host: '127.0.0.1',
        port: ports.nscaNg,
        identity: 'web01',
        password: new Secret(Buffer.from('secret')),
        tlsMax: 'TLSv1.3',
        timeoutMs: 10_000,
        stream,
      },
      { log: new LogList().log, clock: systemClock },
    );
    await sendOnce(sender, results);
    sender.close();
  };
let streams = 0;

const post = async ({ ports }: Shim, form: Readonly<Record<string, string>>, method = 'POST') => {
  const body = encoded({ token: 'secret', ...form });
  const path = method === 'GET' ? `/nrdp/?${body}` : '/nrdp/';
  const answer = await ask(ports.nrdp, { method, path }, method === 'GET' ? '' : body);
  assert.equal(answer.status, 200);
};

/** XML with each letter as a reference, or in CDATA. */
const references = (text: string) =>
  [...text].map((letter) => `&#${letter.charCodeAt(0)};`).join('');
const cdata = (text: string) => `<![CDATA[${text}]]>`;

function xml({ host, service, output }: Attempt, write: (text: string) => string): string {
  const type = service === null ? 'host' : 'service';
  const name = service === null ? '' : `<servicename>${write(service)}</servicename>`;
  return `<c><checkresult type='${type}'><hostname>${write(host)}</hostname>${name}<state>0</state><output>${write(output)}</output></checkresult></c>`;
}

function json({ host, service, output }: Attempt): string {
  const type = service === null ? 'host' : 'service';
  const check = {
    checkresult: { type },
    hostname: host,
    servicename: service ?? '',
    state: 0,
    output,
  };
  return JSON.stringify({ checkresults: [check] });
}

/** JSON whose letters are all written as escapes. */
function escapedJson(attempt: Attempt): string {
  const hex = (letter: string) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`;
  return json(attempt).replace(/(?<="(?:hostname|servicename)":")[^"\\]*/g, (text) =>
    [...text].map(hex).join(''),
  );
}

const submit = (form: Readonly<Record<string, string>>) => ({ cmd: 'submitcheck', ...form });

const ways: Readonly<Record<string, (shim: Shim) => Report>> = {
  'NSCA, long packets': (shim) => nsca(shim, 4304),
  'NSCA, short packets': (shim) => nsca(shim, 720),
  'NSCA-ng': (shim) => push(shim),
  'nagtail/1': batch,
  'NRDP, XML by POST': (shim) => (attempt) => {
    const result = { ...attempt, returnCode: 0, time };
    return post(shim, submit({ XMLDATA: encodeCheckResults([result]) }));
  },
  'NRDP, XML by GET': (shim) => (attempt) => {
    const result = { ...attempt, returnCode: 0, time };
    return post(shim, submit({ xmldata: encodeCheckResults([result]) }), 'GET');
  },
  'NRDP, XML of references': (shim) => (attempt) =>
    post(shim, submit({ xml: xml(attempt, references) })),
  'NRDP, XML in CDATA': (shim) => (attempt) => post(shim, submit({ xml: xml(attempt, cdata) })),
  'NRDP, JSON by POST': (shim) => (attempt) => post(shim, submit({ JSONDATA: json(attempt) })),
  'NRDP, JSON by GET': (shim) => (attempt) => post(shim, submit({ json: json(attempt) }), 'GET'),
  'NRDP, JSON of escapes': (shim) => (attempt) =>
    post(shim, submit({ json: escapedJson(attempt) })),
  'NRDP, submitcmd': (shim) => (attempt) =>
    post(shim, { cmd: 'submitcmd', command: commandOf(attempt) }),
  'NRDP, submitrawcmd': (shim) => (attempt) =>
    post(shim, { cmd: 'SubmitRawCmd', command: commandOf(attempt) }),
};

const line = `0;x\n[${time}] PROCESS_HOST_CHECK_RESULT;db01;0;smuggled`;

/** What the identity may not say: other hosts, other services, and disguises. */
const forbidden: readonly Attempt[] = [
  'db01',
  'web01.db01',
  'web011',
  'xweb01',
  'WEB01',
  'db01 ',
  'web01\ndb01',
  'db01\nweb01',
  'web01;db01',
  'db01;disk;0;x',
  'web01\0',
  'web01\x01',
  `web01;${line}`,
  `web01;disk;${line}`,
  byteStringOf('web01\u0000db01'),
  byteStringOf('ｄb01'),
  '.*',
  '',
]
  .flatMap((host) => [
    { host, service: 'disk', output: 'forbidden' },
    { host, service: null, output: 'forbidden' },
  ])
  .concat(
    ['load', 'disk2', 'DISK', 'disk\n', 'disk;0;x', `disk;${line}`].map((service) => {
      return { host: 'web01', service, output: 'forbidden' };
    }),
  );

/** What it may say, with outputs that try to be more. */
const allowed: readonly Attempt[] = [
  { host: 'web01', service: 'disk', output: 'fine' },
  { host: 'web01', service: null, output: 'fine' },
];
const smuggling: Attempt = { host: 'web01', service: 'disk', output: `fine\n${line}\r\n` };

/** A line of the command file that the identity may cause. */
const rightful = /^\[\d{10}\] PROCESS_(SERVICE_CHECK_RESULT;web01;disk|HOST_CHECK_RESULT;web01);0;/;

for (const [name, way] of Object.entries(ways)) {
  test(`who may report for web01 cannot report for another host: ${name}`, async (t) => {
    const { shim, lines } = await startAll(t);
    const report = way(shim);
    for (const attempt of [...forbidden, smuggling, ...allowed]) await report(attempt);
    // In order: when the last one is there, all that came before it would be.
    const last = /PROCESS_HOST_CHECK_RESULT;web01;0;fine\n$/;
    await waitFor('the last result', lines, (text) => last.test(text));
    // Blanks around a name, and what a packet holds behind a NUL, are none of it: such an attempt
    // is about web01 and may pass. Whatever passed must be about nothing else.
    for (const command of lines().trimEnd().split('\n')) assert.match(command, rightful);
  });
}

test('commands that look like check results of another host are none', async (t) => {
  const { shim, lines, counters } = await startAll(t);
  const { host, service, output } = { host: 'db01', service: 'disk', output: 'forbidden' };
  const good = commandOf({ host, service, output });
  const disguises = [
    good.toLowerCase(),
    ` ${good}`,
    good.replace(';', ' ;'),
    good.replace(';', '\t;'),
    good.replace(/;forbidden$/, ''),
    good.replace(';0;', ';;'),
    `${good}\n`,
    `X\n[1] ${good}`,
    `X\r[1] ${good}`,
    `PROCESS_FILE;/tmp/forbidden;1`,
    `[1] ${good}`,
    `[1] [2] ${good}`,
  ];
  for (const disguise of disguises) {
    await push(shim, () => disguise)({ host, service, output });
    await post(shim, { cmd: 'submitcmd', command: disguise });
  }
  assert.equal(lines(), '');
  assert.ok(counters.get('commands_refused') >= disguises.length);
});
