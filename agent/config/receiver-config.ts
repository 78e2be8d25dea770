import {
  type ReadContext,
  readKey,
  readSection,
  type ValuesOf,
} from '../../platform/config-schema.ts';
import type { IniSection } from '../../platform/ini-file.ts';
import type { ProblemList } from '../../platform/problem.ts';
import { readNrdpOptions } from '../../senders/nrdp-receiver-options.ts';
import type { NrdpSenderOptions } from '../../senders/nrdp-sender.ts';
import {
  type NscaNgReceiverOptions,
  type NscaReceiverOptions,
  readNscaNgOptions,
  readNscaOptions,
} from '../../senders/receiver-options.ts';
import { commandFileReceiverKeys, receiverKeys } from './receiver-keys.ts';

/** What every receiver has. */
interface AnyReceiver {
  readonly name: string;
  /** For one delivery. */
  readonly timeoutMs: number;
}

/** A daemon that speaks NSCA. */
export interface NscaReceiver extends AnyReceiver, NscaReceiverOptions {
  readonly protocol: 'nsca';
}

/** A nagtail-shim, or a daemon that speaks NSCA-ng. */
export interface NscaNgReceiver extends AnyReceiver, NscaNgReceiverOptions {
  readonly protocol: 'nsca-ng';
}

/** A nagtail-shim, or a server of NRDP. */
export interface NrdpReceiver extends AnyReceiver, NrdpSenderOptions {
  readonly protocol: 'nrdp';
}

/** The external command file of a Nagios on this host. */
export interface CommandFileReceiver extends AnyReceiver {
  readonly protocol: 'command-file';
  readonly path: string;
  readonly create: boolean;
}

/** Where results go. */
export type ReceiverConfig = NscaNgReceiver | NrdpReceiver | NscaReceiver | CommandFileReceiver;

type Protocol = ValuesOf<typeof receiverKeys>['protocol'];

type Read<Receiver> = (
  section: IniSection,
  context: ReadContext,
  problems: ProblemList,
) => Receiver | undefined;

const readers: Readonly<Record<Protocol, Read<ReceiverConfig>>> = {
  nsca: readNsca,
  'nsca-ng': readNscaNg,
  nrdp: readNrdp,
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
  const options = readNscaOptions(section, receiverKeys, context, problems);
  return options && { name: section.name, protocol: 'nsca', ...options };
}

function readNscaNg(
  section: IniSection,
  context: ReadContext,
  problems: ProblemList,
): NscaNgReceiver | undefined {
  const options = readNscaNgOptions(section, receiverKeys, context, problems);
  return options && { name: section.name, protocol: 'nsca-ng', ...options };
}

function readNrdp(
  section: IniSection,
  context: ReadContext,
  problems: ProblemList,
): NrdpReceiver | undefined {
  const options = readNrdpOptions(section, receiverKeys, context, problems);
  return options && { name: section.name, protocol: 'nrdp', ...options };
}

function readCommandFile(
  section: IniSection,
  context: ReadContext,
  problems: ProblemList,
): CommandFileReceiver | undefined {
  const table = { ...receiverKeys, ...commandFileReceiverKeys };
  const read = readSection(section, table, context, problems);
  if (read === undefined) return undefined;
  const { path, create, timeout } = read.values;
  return { name: read.name, protocol: 'command-file', timeoutMs: timeout * 1000, path, create };
}
