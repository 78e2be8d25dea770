import type { SendOption } from './send-option.ts';
import { clientOptions, ownOptions } from './send-options.ts';
import type { SendProtocolName } from './send-request.ts';

const realClients: Readonly<Record<SendProtocolName, string>> = {
  nsca: 'send_nsca',
  'nsca-ng': "NSCA-ng's send_nsca",
};

/** The text of `nagtail send --help`. */
export function sendHelp(protocol: SendProtocolName): string {
  const other = protocol === 'nsca' ? 'nsca-ng' : 'nsca';
  return `nagtail send [--protocol nsca|nsca-ng] -H HOST [OPTIONS] < RESULTS
nagtail send --to NAME [OPTIONS] < RESULTS

Sends passive check results from standard input, and ends with 0 when all were accepted.

As ${realClients[protocol]} has them:
${table(clientOptions[protocol])}

Beyond it:
${table([protocolOption(other), ...ownOptions[protocol], ...questions])}

A result is HOST<tab>SERVICE<tab>RETURN CODE<tab>OUTPUT, or without SERVICE one of the host. Between
results stands ETB (the byte 0x17), so that an output may have several lines; with --lines each
line is a result. With --json a line is {"host":"web01","service":"disk","state":2,"output":"full"}.

Exit codes: 0 all results were accepted, as far as the protocol tells; 1 some were refused;
2 some may not have arrived, there was none, or the command line is wrong; 78 a configuration
cannot be used.
`;
}

const questions: readonly SendOption[] = [
  { names: ['--version', '-V'], about: 'the version', take: () => undefined },
  { names: ['--help', '-h'], about: 'this text', take: () => undefined },
];

function protocolOption(other: SendProtocolName): SendOption {
  const about = `speak this protocol with -H (nsca); its options: --protocol ${other} --help`;
  return { names: ['--protocol'], value: 'NAME', about, take: () => undefined };
}

function table(options: readonly SendOption[]): string {
  const width = 30;
  return options
    .map(({ names, value, about }) => {
      const left = `  ${names.join(', ')}${value === undefined ? '' : ` ${value}`}`;
      return left.length < width ? `${left.padEnd(width)}${about}` : `${left}  ${about}`;
    })
    .join('\n');
}
