import { type ReadContext, readSection } from '../../platform/config-schema.ts';
import type { IniSection } from '../../platform/ini-file.ts';
import type { ProblemList } from '../../platform/problem.ts';
import { readSecret, readSecretFile, type Secret } from '../../platform/secret.ts';
import type { NscaMethod } from '../../protocol/nsca/nsca-method.ts';
import { matchesNothing } from '../admit/name-pattern.ts';
import { Rights } from '../admit/rights.ts';
import { type NscaClient, NscaClients } from '../listen/nsca-clients.ts';
import type { NscaKey, NscaListenerOptions } from '../listen/nsca-listener.ts';
import { listenOptions } from './listen-keys.ts';
import { nscaClientKeys, nscaListenKeys } from './nsca-listen-keys.ts';

/** `[listen.nsca]`: the listener for NSCA clients. */
export interface NscaListenConfig
  extends Omit<NscaListenerOptions, 'method' | 'password' | 'moreKeys'> {
  /** A client has one of these methods, the first as a rule, with one of the passwords. */
  readonly methods: readonly [NscaMethod, ...NscaMethod[]];
  readonly passwords: readonly [Secret, ...Secret[]];
}

/** Keys that a first packet may have to be tried with. */
const keysMax = 16;

/** The options of the listener, with its secrets revealed. */
export function nscaListenerOptions(config: NscaListenConfig): NscaListenerOptions {
  const { methods, passwords, ...options } = config;
  const keys = methods.flatMap((method) =>
    passwords.map((password): NscaKey => ({ method, password: password.reveal() })),
  );
  const first = { method: methods[0], password: passwords[0].reveal() };
  return { ...options, ...first, moreKeys: keys.slice(1) };
}

/**
 * Reads `[listen.nsca]` and the `[client.NAME]` that belong to it; undefined after
 * reporting what is wrong.
 */
export function readNscaListen(
  section: IniSection,
  clients: readonly IniSection[],
  context: ReadContext,
  problems: ProblemList,
): NscaListenConfig | undefined {
  const read = readSection(section, nscaListenKeys, context, problems);
  const password = readSecret(section, context, problems);
  const known = clients.map((client) => readClient(client, context, problems));
  const sound = known.filter((client) => client !== undefined);
  if (read === undefined || password === undefined || sound.length < known.length) return undefined;
  const { values, given } = read;
  const place = given.get('old_password_files')?.place ?? section.place;
  const older = values.old_password_files.map((file) => readSecretFile(file, place, problems));
  const [method = 14, ...methods] = values.encryption_method;
  if ((1 + older.length) * values.encryption_method.length > keysMax) {
    const message = `expected at most ${keysMax} pairs of an encryption_method and a password`;
    problems.error(section.place, message);
  }
  return {
    ...listenOptions(values),
    methods: [method, ...methods],
    passwords: [password, ...older.filter((secret) => secret !== undefined)],
    handshakeTimeoutMs: values.handshake_timeout * 1_000,
    maxPacketAgeSeconds: values.max_packet_age,
    strictSpoofing: values.strict_mode_spoofing,
    clients: new NscaClients(values.allow, sound),
  };
}

function readClient(
  section: IniSection,
  context: ReadContext,
  problems: ProblemList,
): NscaClient | undefined {
  const read = readSection(section, nscaClientKeys, context, problems);
  if (read === undefined) return undefined;
  const { addresses, hosts, services } = read.values;
  if (hosts === undefined) {
    problems.warning(section.place, `[client.${read.name}] may not say anything: give it hosts`);
  }
  const rights = new Rights({
    hosts: hosts ?? matchesNothing,
    services: services ?? matchesNothing,
    commands: matchesNothing,
  });
  return { addresses, identity: { name: read.name, rights, resultsPerSecond: undefined } };
}
