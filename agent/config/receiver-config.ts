import {
  type KeyTable,
  type ReadContext,
  type ReadSection,
  readKey,
  readSection,
  type ValuesOf,
} from '../../platform/config-schema.ts';
import type { IniSection } from '../../platform/ini-file.ts';
import type { ProblemList } from '../../platform/problem.ts';
import { readSecret, type Secret } from '../../platform/secret.ts';
import type { NscaMethod } from '../../protocol/nsca/nsca-method.ts';
import { pskFault, type TlsMax } from '../../protocol/nsca-ng/tls-psk.ts';
import {
  commandFileReceiverKeys,
  nscaNgReceiverKeys,
  nscaReceiverKeys,
  receiverKeys,
} from './receiver-keys.ts';

/** What every receiver has. */
interface AnyReceiver {
  readonly name: string;
  /** For one delivery. */
  readonly timeoutMs: number;
}

/** A daemon that speaks NSCA. */
export interface NscaReceiver extends AnyReceiver {
  readonly protocol: 'nsca';
  readonly host: string;
  readonly port: number;
  readonly method: NscaMethod;
  readonly password: Secret;
  /** Results that are later than this say so in their text; 0: never. */
  readonly lateNoticeSeconds: number;
}

/** A nagtail-shim, or a daemon that speaks NSCA-ng. */
export interface NscaNgReceiver extends AnyReceiver {
  readonly protocol: 'nsca-ng';
  readonly host: string;
  readonly port: number;
  /** The name of this agent there; its host name when undefined. */
  readonly identity: string | undefined;
  readonly password: Secret;
  readonly tlsMax: TlsMax;
}

/** The external command file of a Nagios on this host. */
export interface CommandFileReceiver extends AnyReceiver {
  readonly protocol: 'command-file';
  readonly path: string;
  readonly create: boolean;
}

/** Where results go. */
export type ReceiverConfig = NscaNgReceiver | NscaReceiver | CommandFileReceiver;

type Protocol = ValuesOf<typeof receiverKeys>['protocol'];

type Read<Receiver> = (
  section: IniSection,
  context: ReadContext,
  problems: ProblemList,
) => Receiver | undefined;

const readers: Readonly<Record<Protocol, Read<ReceiverConfig>>> = {
  nsca: readNsca,
  'nsca-ng': readNscaNg,
  'command-file': readCommandFile,
};

/** Reads a `[receiver.NAME]` by the keys of its protocol; undefined after reporting what is wrong. */
export function readReceiver(
  section: IniSection,
  context: ReadContext,
  problems: ProblemList,
): ReceiverConfig | undefined {
  const protocol = readKey('protocol', receiverKeys.protocol, section, context, problems);
  return protocol === undefined ? undefined : readers[protocol](section, context, problems);
}

function readNsca(
  section: IniSection,
  context: ReadContext,
  problems: ProblemList,
): NscaReceiver | undefined {
  const read = readSection(section, { ...receiverKeys, ...nscaReceiverKeys }, context, problems);
  const password = readSecret(section, context, problems);
  if (read === undefined || password === undefined) return undefined;
  const { host, port, encryption_method: method, late_notice } = read.values;
  const own = { host, port, method, password, lateNoticeSeconds: late_notice };
  return { ...common(read), protocol: 'nsca', ...own };
}

function readNscaNg(
  section: IniSection,
  context: ReadContext,
  problems: ProblemList,
): NscaNgReceiver | undefined {
  const read = readSection(section, { ...receiverKeys, ...nscaNgReceiverKeys }, context, problems);
  const password = readSecret(section, context, problems);
  if (read === undefined || password === undefined) return undefined;
  const { host, port, identity, tls_max } = read.values;
  const fault = pskFault(identity, password.reveal());
  if (fault !== undefined) problems.error(section.place, fault);
  const tlsMax = `TLSv${tls_max}` as const;
  return { ...common(read), protocol: 'nsca-ng', host, port, identity, password, tlsMax };
}

function readCommandFile(
  section: IniSection,
  context: ReadContext,
  problems: ProblemList,
): CommandFileReceiver | undefined {
  const table = { ...receiverKeys, ...commandFileReceiverKeys };
  const read = readSection(section, table, context, problems);
  if (read === undefined) return undefined;
  const { path, create } = read.values;
  return { ...common(read), protocol: 'command-file', path, create };
}

function common({ name, values }: ReadSection<typeof receiverKeys & KeyTable>): AnyReceiver {
  return { name, timeoutMs: values.timeout * 1000 };
}
