import { isIP } from 'node:net';
import type { NamedFile } from '../../platform/certificates/read-tls-files.ts';
import { type ReadContext, type ReadSection, readSection } from '../../platform/config-schema.ts';
import type { IniSection } from '../../platform/ini-file.ts';
import type { ProblemList } from '../../platform/problem.ts';
import type { Identities } from '../admit/identity.ts';
import type { NrdpListenerOptions, ServerCertificate } from '../listen/nrdp-listener.ts';
import { listenOptions } from './listen-keys.ts';
import { nrdpListenKeys } from './nrdp-listen-keys.ts';
import { readServerCertificate } from './server-certificate.ts';

/** `[listen.nrdp]`: the listener for NRDP over HTTP or HTTPS. */
export type NrdpListenConfig = Required<Omit<NrdpListenerOptions, 'fd'>>;

/** Reads `[listen.nrdp]`; undefined after reporting what is wrong. */
export function readNrdpListen(
  section: IniSection,
  identities: Identities,
  context: ReadContext,
  problems: ProblemList,
): NrdpListenConfig | undefined {
  const read = readSection(section, nrdpListenKeys, context, problems);
  if (read === undefined) return undefined;
  const { values } = read;
  if (identities.size === 0) {
    const message = '[listen.nrdp] lets nobody in: expected [identity.NAME] sections';
    problems.error(section.place, message);
  }
  reportSharedTokens(section, identities, problems);
  return {
    ...listenOptions(values),
    identities,
    path: values.path,
    tls: readTls(read, problems),
    trustedProxies: values.trusted_proxies,
    allow: values.allow,
    requestBytesMax: values.max_request_bytes,
    requestTimeoutMs: values.request_timeout * 1_000,
  };
}

function readTls(
  { values, given, place }: ReadSection<typeof nrdpListenKeys>,
  problems: ProblemList,
): ServerCertificate | undefined {
  const fileOf = (key: 'tls_cert' | 'tls_key' | 'tls_client_ca'): NamedFile | undefined => {
    const file = values[key];
    return file === undefined ? undefined : { key, file, place: given.get(key)?.place ?? place };
  };
  const cert = fileOf('tls_cert');
  const key = fileOf('tls_key');
  const clientCa = fileOf('tls_client_ca');
  if (cert !== undefined && key !== undefined) {
    return readServerCertificate({ cert, key, clientCa }, problems);
  }
  const lone = cert ?? key ?? clientCa;
  if (lone !== undefined) {
    problems.error(lone.place, `${lone.key}: expected both tls_cert and tls_key`);
  } else if (!isLoopback(values.address)) {
    const message =
      '[listen.nrdp] has no tls_cert: tokens travel in clear text; give tls_cert and tls_key, or set address = 127.0.0.1 and put a proxy with TLS in front of it';
    problems.warning(place, message);
  }
  return undefined;
}

function isLoopback(address: string): boolean {
  if (isIP(address) === 0) return address === 'localhost';
  return address === '::1' || address.startsWith('127.');
}

/** NRDP tells clients apart by nothing but their tokens. */
function reportSharedTokens(
  { place }: IniSection,
  identities: Identities,
  problems: ProblemList,
): void {
  const owners = new Map<string, string>();
  for (const { name, secret } of identities.all) {
    const token = Buffer.from(secret.reveal()).toString('latin1');
    const owner = owners.get(token);
    if (owner === undefined) {
      owners.set(token, name);
      continue;
    }
    const message = `[identity.${owner}] and [identity.${name}] have the same password: NRDP could not tell them apart`;
    problems.error(place, message);
  }
}
