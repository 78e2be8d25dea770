import { type ReadContext, readKey, readSection } from '../../platform/config-schema.ts';
import type { IniSection } from '../../platform/ini-file.ts';
import type { ProblemList } from '../../platform/problem.ts';
import { type RemoteReceiver, readRemoteReceiver } from '../../senders/remote-receiver.ts';
import { commandFileReceiverKeys, receiverKeys } from './receiver-keys.ts';

/** The external command file of a Nagios on this host. */
export interface CommandFileReceiver {
  readonly protocol: 'command-file';
  readonly path: string;
  readonly create: boolean;
  /** For one delivery. */
  readonly timeoutMs: number;
}

/** Where results go. */
export type ReceiverConfig = { readonly name: string } & (RemoteReceiver | CommandFileReceiver);

/** Reads a `[receiver.NAME]` by the keys of its protocol; undefined after reporting what is wrong. */
export function readReceiver(
  section: IniSection,
  context: ReadContext,
  problems: ProblemList,
): ReceiverConfig | undefined {
  const protocol = readKey('protocol', receiverKeys.protocol, section, context, problems);
  if (protocol === undefined) return undefined;
  const receiver =
    protocol === 'command-file'
      ? readCommandFile(section, context, problems)
      : readRemoteReceiver(protocol, section, receiverKeys, context, problems);
  return receiver && { name: section.name, ...receiver };
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
  return { protocol: 'command-file', timeoutMs: timeout * 1_000, path, create };
}
