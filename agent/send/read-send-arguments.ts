import { suggestion } from '../../platform/nearest-name.ts';
import type { SendOption } from './send-option.ts';
import { clientOptions, ownOptions } from './send-options.ts';
import {
  type SendDraft,
  type SendProtocolName,
  type SendRequest,
  sendDraft,
} from './send-request.ts';

/** What a command line says. */
export type SendArguments =
  | { readonly kind: 'send'; readonly request: SendRequest }
  | { readonly kind: 'help'; readonly protocol: SendProtocolName }
  | { readonly kind: 'version' }
  | { readonly kind: 'licence' }
  | { readonly kind: 'wrong'; readonly complaint: string };

/** Options that ask for a text instead of sending. */
const questions: Readonly<Record<string, 'help' | 'version' | 'licence'>> = {
  '-h': 'help',
  '--help': 'help',
  '-V': 'version',
  '--version': 'version',
  '-l': 'licence',
  '--license': 'licence',
};

const protocolNames: readonly SendProtocolName[] = ['nsca', 'nsca-ng'];

/**
 * Reads the command line of `nagtail send`. Its options are those of the real client of the
 * protocol that `--protocol` names (send_nsca without it), and our own, which are long.
 */
export function readSendArguments(args: readonly string[]): SendArguments {
  const named = protocolIn(args);
  const protocol = protocolNames.find((name) => name === named.name);
  if (protocol === undefined) {
    return wrong(`--protocol: expected ${protocolNames.join(' or ')}, found '${named.name}'`);
  }
  const options = [...clientOptions[protocol], ...ownOptions[protocol]];
  const words = protocol === 'nsca-ng' ? named.rest.flatMap(separated(options)) : named.rest;
  const asked = words.map((word) => questions[word]).find((question) => question !== undefined);
  if (asked === 'help') return { kind: 'help', protocol };
  if (asked !== undefined) return { kind: asked };
  const draft = sendDraft(protocol);
  const complaint = take(words, options, draft) ?? missing(draft);
  return complaint === undefined ? { kind: 'send', request: draft } : wrong(complaint);
}

/** The protocol that is asked for, and all other words. */
function protocolIn(args: readonly string[]): { name: string; rest: readonly string[] } {
  const index = args.findIndex((word) => word === '--protocol' || word.startsWith('--protocol='));
  const word = args[index];
  if (word === undefined) return { name: 'nsca', rest: args };
  const isApart = word === '--protocol';
  const name = isApart ? (args[index + 1] ?? '') : word.slice('--protocol='.length);
  return { name, rest: args.toSpliced(index, isApart ? 2 : 1) };
}

/** The client of NSCA-ng takes `-vv` for `-v -v`, `-Hhost` for `-H host`, and so `-to 5` for `-t -o 5`. */
function separated(options: readonly SendOption[]): (word: string) => readonly string[] {
  return (word) => {
    if (!/^-[^-]./.test(word)) return [word];
    const words: string[] = [];
    for (let at = 1; at < word.length; at++) {
      const name = `-${word[at]}`;
      words.push(name);
      const takesValue = options.some((option) => option.value !== undefined && isOf(option, name));
      if (!takesValue) continue;
      if (at + 1 < word.length) words.push(word.slice(at + 1));
      break;
    }
    return words;
  };
}

function isOf({ names }: SendOption, name: string): boolean {
  return names.includes(name);
}

/** Takes the words into the request; gives the first complaint. */
function take(
  words: readonly string[],
  options: readonly SendOption[],
  draft: SendDraft,
): string | undefined {
  for (let index = 0; index < words.length; index++) {
    const word = words[index] ?? '';
    const [name = '', attached] = word.startsWith('--') ? splitOnce(word, '=') : [word];
    const option = options.find((candidate) => isOf(candidate, name));
    if (option === undefined) {
      // As with send_nsca, the first argument may be the host.
      if (index > 0 || word.startsWith('-') || draft.protocol !== 'nsca') {
        return unknownArgument(word, options);
      }
      draft.hosts.push(word);
    } else {
      if (option.value === undefined && attached !== undefined) return `${name} takes no value`;
      const value = option.value === undefined ? '' : (attached ?? words[++index]);
      if (value === undefined) return `${name} needs a value: ${option.value}`;
      const complaint = option.take(draft, value);
      if (complaint !== undefined) return `${name}: ${complaint}`;
    }
  }
  return undefined;
}

function unknownArgument(word: string, options: readonly SendOption[]): string {
  if (!word.startsWith('-')) return `unexpected argument '${word}'`;
  const known = options.flatMap(({ names }) => names).filter((name) => name.startsWith('--'));
  return `unknown option ${word}${suggestion(word, known)}`;
}

/** What must be given, and is not; or two things of which one can only be. */
function missing(draft: SendDraft): string | undefined {
  const { hosts, receivers, protocol, input } = draft;
  if (input === 'commands' && receivers.length > 0) {
    return '-C sends commands to hosts (-H), not to a receiver of nagtail.ini (--to)';
  }
  // NSCA-ng's configuration may name the server, or its default will do.
  if (hosts.length > 0 || receivers.length > 0 || protocol === 'nsca-ng') return undefined;
  return 'no receiver: expected -H HOST, or --to NAME';
}

function splitOnce(text: string, separator: string): [string, string?] {
  const at = text.indexOf(separator);
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + 1)];
}

function wrong(complaint: string): SendArguments {
  return { kind: 'wrong', complaint };
}
