import { type ReadContext, readSection } from '../../platform/config-schema.ts';
import type { IniSection } from '../../platform/ini-file.ts';
import type { ProblemList } from '../../platform/problem.ts';
import { readSecret } from '../../platform/secret.ts';
import { pskFault } from '../../protocol/nsca-ng/tls-psk.ts';
import { Identities, type KnownIdentity } from '../admit/identity.ts';
import { matchesNothing } from '../admit/name-pattern.ts';
import { Rights } from '../admit/rights.ts';
import { identityKeys } from './identity-keys.ts';

/** Reads all `[identity.NAME]`: those that are good, after reporting what is wrong with others. */
export function readIdentities(
  sections: readonly IniSection[],
  context: ReadContext,
  problems: ProblemList,
): Identities {
  const identities = sections.map((section) => readIdentity(section, context, problems));
  return new Identities(identities.filter((identity) => identity !== undefined));
}

function readIdentity(
  section: IniSection,
  context: ReadContext,
  problems: ProblemList,
): KnownIdentity | undefined {
  const read = readSection(section, identityKeys, context, problems);
  const secret = readSecret(section, context, problems);
  if (read === undefined || secret === undefined) return undefined;
  const { hosts, services, commands, max_rate } = read.values;
  const fault = pskFault(read.name, secret.reveal());
  if (fault !== undefined) problems.error(section.place, `[identity.${read.name}]: ${fault}`);
  if (hosts === undefined && commands === undefined) {
    const message = `[identity.${read.name}] may not say anything: give it hosts, and services on them`;
    problems.warning(section.place, message);
  }
  const rights = new Rights({
    hosts: hosts ?? matchesNothing,
    services: services ?? matchesNothing,
    commands: commands ?? matchesNothing,
  });
  const resultsPerSecond = max_rate === 0 ? undefined : max_rate;
  return { name: read.name, secret, rights, resultsPerSecond };
}
