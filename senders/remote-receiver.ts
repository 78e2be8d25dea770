import type { KeyTable, ReadContext } from '../platform/config-schema.ts';
import type { IniSection } from '../platform/ini-file.ts';
import type { ProblemList } from '../platform/problem.ts';
import { readNrdpOptions } from './nrdp-receiver-options.ts';
import type { NrdpSenderOptions } from './nrdp-sender.ts';
import {
  type NscaNgReceiverOptions,
  type NscaReceiverOptions,
  readNscaNgOptions,
  readNscaOptions,
} from './receiver-options.ts';

/** A receiver somewhere on the network, by the protocol that it speaks. */
export type RemoteReceiver =
  /** A nagtail-shim, or a daemon that speaks NSCA. */
  | ({ readonly protocol: 'nsca' } & NscaReceiverOptions)
  /** A nagtail-shim, or a daemon that speaks NSCA-ng. */
  | ({ readonly protocol: 'nsca-ng' } & NscaNgReceiverOptions)
  /** A nagtail-shim, or a server of NRDP. */
  | ({ readonly protocol: 'nrdp' } & NrdpSenderOptions);

/**
 * Reads a section that describes one, by the keys of its protocol; undefined after reporting what is wrong.
 * @param others keys that the section has beside, which are read elsewhere
 */
export function readRemoteReceiver(
  protocol: RemoteReceiver['protocol'],
  section: IniSection,
  others: KeyTable,
  context: ReadContext,
  problems: ProblemList,
): RemoteReceiver | undefined {
  switch (protocol) {
    case 'nsca': {
      const options = readNscaOptions(section, others, context, problems);
      return options && { protocol, ...options };
    }
    case 'nsca-ng': {
      const options = readNscaNgOptions(section, others, context, problems);
      return options && { protocol, ...options };
    }
    case 'nrdp': {
      const options = readNrdpOptions(section, others, context, problems);
      return options && { protocol, ...options };
    }
  }
}
