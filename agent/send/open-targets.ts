import path from 'node:path';
import { readKey, reportUnknownSections } from '../../platform/config-schema.ts';
import { ConfigError } from '../../platform/errors.ts';
import { suggestion } from '../../platform/nearest-name.ts';
import { hasErrors, ProblemList } from '../../platform/problem.ts';
import { readConfigFile } from '../../platform/read-config-file.ts';
import { agentKeys } from '../config/agent-keys.ts';
import { agentSectionKinds } from '../config/agent-section-kinds.ts';
import { readReceiver } from '../config/receiver-config.ts';
import { createSender } from '../deliver/create-sender.ts';
import type { SendParts } from './send-protocol.ts';
import { sendProtocols } from './send-protocols.ts';
import type { SendRequest } from './send-request.ts';
import { type SendTarget, senderTarget } from './send-target.ts';

/**
 * The receivers of a request: first the hosts, then those of nagtail.ini, each in the order in which
 * they were named. Nothing is connected yet.
 * @throws ConfigError when a configuration cannot be used
 */
export function openTargets(request: SendRequest, parts: SendParts): readonly SendTarget[] {
  const { hosts, receivers, protocol } = request;
  const ofHosts =
    hosts.length > 0 || receivers.length === 0 ? sendProtocols[protocol].open(request, parts) : [];
  return [...ofHosts, ...(receivers.length > 0 ? configuredTargets(request, parts) : [])];
}

/** Receivers of nagtail.ini. Only their sections are looked at: the agent need not be set up. */
function configuredTargets(request: SendRequest, parts: SendParts): readonly SendTarget[] {
  const ini = readConfigFile(request.configFile, agentSectionKinds);
  const problems = new ProblemList();
  const context = { folder: path.dirname(path.resolve(ini.file)) };
  const known = ini.sections.filter(({ kind }) => kind === 'receiver');
  reportUnknownSections({ ...ini, sections: known }, { receiver: 'named' }, problems);
  const agent = ini.sections.find(({ kind }) => kind === 'agent');
  const hostName =
    (agent && readKey('host_name', agentKeys.host_name, agent, context, problems)) ??
    parts.hostName;
  const targets = request.receivers.flatMap((name) => {
    const section = known.find((candidate) => candidate.name === name);
    if (section === undefined) {
      const names = known.map((candidate) => candidate.name);
      const message = `there is no [receiver.${name}]${suggestion(name, names)}`;
      problems.error({ file: ini.file }, message);
      return [];
    }
    const receiver = readReceiver(section, context, problems);
    if (receiver === undefined) return [];
    // Without a stream: a receiver must not remember each call of this command.
    const sender = createSender(receiver, { ...parts, hostName, stream: undefined });
    return [senderTarget(sender)];
  });
  if (hasErrors(problems.all)) throw new ConfigError(problems.all);
  return targets;
}
