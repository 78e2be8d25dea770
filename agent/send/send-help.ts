import type { SendOption } from './send-option.ts';
import { sendProtocols } from './send-protocols.ts';
import { type SendProtocolName, sendProtocolNames } from './send-request.ts';

/** The text of `nagtail send --help`. */
export function sendHelp(name: SendProtocolName): string {
  const { client, receiver, clientOptions, ownOptions } = sendProtocols[name];
  const chosen = name === 'nsca' ? '' : ` --protocol ${name}`;
  return `nagtail send${chosen} ${receiver} [OPTIONS] < RESULTS
nagtail send --to NAME [OPTIONS] < RESULTS

Sends passive check results from standard input, and ends with 0 when all were accepted.

As ${client} has them:
${table(clientOptions)}

Beyond it:
${table([protocolOption, ...ownOptions, ...questions])}

A result is HOST<tab>SERVICE<tab>RETURN CODE<tab>OUTPUT, or without SERVICE one of the host.
${name === 'nrdp' ? onLines : betweenSeparators}
With --json a line is {"host":"web01","service":"disk","state":2,"output":"full"}.

Exit codes: 0 all results were accepted, as far as the protocol tells; 1 some were refused;
2 some may not have arrived, there was none, or the command line is wrong; 78 a configuration
cannot be used.
`;
}

const questions: readonly SendOption[] = [
  { names: ['--version', '-V'], about: 'the version', take: () => undefined },
  { names: ['--help', '-h'], about: 'this text', take: () => undefined },
];

/** It stands before all others, as it says which there are. */
export const protocolOption: SendOption = {
  names: ['--protocol'],
  value: 'NAME',
  about: `how to send: ${sendProtocolNames.join(', ')} (nsca); its options: --protocol NAME --help`,
  take: () => undefined,
};

const onLines = 'Each line is a result.';
const betweenSeparators = `Between results stands ETB (the byte 0x17), so that an output may have several lines; with --lines
each line is a result.`;

function table(options: readonly SendOption[]): string {
  const width = 30;
  return options
    .map(({ names, value, about }) => {
      const left = `  ${names.join(', ')}${value === undefined ? '' : ` ${value}`}`;
      return left.length < width ? `${left.padEnd(width)}${about}` : `${left}  ${about}`;
    })
    .join('\n');
}
