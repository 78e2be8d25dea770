import { type KeyTable, type ReadContext, readSection } from '../platform/config-schema.ts';
import type { IniSection } from '../platform/ini-file.ts';
import type { ProblemList } from '../platform/problem.ts';
import { readSecret, type Secret } from '../platform/secret.ts';
import type { NscaMethod } from '../protocol/nsca/nsca-method.ts';
import { pskFault, type TlsMax } from '../protocol/nsca-ng/tls-psk.ts';
import { nscaNgReceiverKeys, nscaReceiverKeys, timeoutKey } from './receiver-keys.ts';

/** A daemon that speaks NSCA, as a section of a configuration describes it. */
export interface NscaReceiverOptions {
  readonly host: string;
  readonly port: number;
  readonly method: NscaMethod;
  readonly password: Secret;
  /** For one delivery. */
  readonly timeoutMs: number;
  /** Results that are later than this say so in their text; 0: never. */
  readonly lateNoticeSeconds: number;
}

/** A nagtail-shim, or a daemon that speaks NSCA-ng. */
export interface NscaNgReceiverOptions {
  readonly host: string;
  readonly port: number;
  /** The name of this client there; its host name when undefined. */
  readonly identity: string | undefined;
  readonly password: Secret;
  /** How long an answer may take. */
  readonly timeoutMs: number;
  readonly tlsMax: TlsMax;
}

const nscaKeys = { ...nscaReceiverKeys, timeout: timeoutKey };
const nscaNgKeys = { ...nscaNgReceiverKeys, timeout: timeoutKey };

/**
 * Reads a section that describes a daemon of NSCA; undefined after reporting what is wrong.
 * @param others keys that the section has beside, which are read elsewhere
 */
export function readNscaOptions(
  section: IniSection,
  others: KeyTable,
  context: ReadContext,
  problems: ProblemList,
): NscaReceiverOptions | undefined {
  const table: typeof nscaKeys = { ...others, ...nscaKeys };
  const read = readSection(section, table, context, problems);
  const password = readSecret(section, context, problems);
  if (read === undefined || password === undefined) return undefined;
  const { host, port, encryption_method: method, timeout, late_notice } = read.values;
  const timeoutMs = timeout * 1000;
  return { host, port, method, password, timeoutMs, lateNoticeSeconds: late_notice };
}

/** The same for NSCA-ng. */
export function readNscaNgOptions(
  section: IniSection,
  others: KeyTable,
  context: ReadContext,
  problems: ProblemList,
): NscaNgReceiverOptions | undefined {
  const table: typeof nscaNgKeys = { ...others, ...nscaNgKeys };
  const read = readSection(section, table, context, problems);
  const password = readSecret(section, context, problems);
  if (read === undefined || password === undefined) return undefined;
  const { host, port, identity, timeout, tls_max } = read.values;
  const fault = pskFault(identity, password.reveal());
  if (fault !== undefined) problems.error(section.place, fault);
  const timeoutMs = timeout * 1000;
  return { host, port, identity, password, timeoutMs, tlsMax: `TLSv${tls_max}` };
}
