import { type ReadContext, readSection } from '../../platform/config-schema.ts';
import type { IniSection } from '../../platform/ini-file.ts';
import type { ProblemList } from '../../platform/problem.ts';
import type { Identities } from '../admit/identity.ts';
import type { NscaNgListenerOptions } from '../listen/nsca-ng-listener.ts';
import { listenOptions } from './listen-keys.ts';
import { nscaNgListenKeys } from './nsca-ng-listen-keys.ts';

/** `[listen.nsca-ng]`: the listener for agents and for NSCA-ng clients. */
export type NscaNgListenConfig = Required<Omit<NscaNgListenerOptions, 'fd' | 'backlogBytesMax'>>;

/** Reads `[listen.nsca-ng]`; undefined after reporting what is wrong. */
export function readNscaNgListen(
  section: IniSection,
  identities: Identities,
  context: ReadContext,
  problems: ProblemList,
): NscaNgListenConfig | undefined {
  const read = readSection(section, nscaNgListenKeys, context, problems);
  if (read === undefined) return undefined;
  if (identities.size === 0) {
    const message = '[listen.nsca-ng] lets nobody in: expected [identity.NAME] sections';
    problems.error(section.place, message);
  }
  const { values } = read;
  return { ...listenOptions(values), identities, tlsMax: `TLSv${values.tls_max}` };
}
