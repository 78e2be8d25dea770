import { suggestion } from '../../platform/nearest-name.ts';
import type { SendOption } from './send-option.ts';
import type { SendProtocol } from './send-protocol.ts';
import { sendProtocols } from './send-protocols.ts';
import {
  type SendDraft,
  type SendProtocolName,
  type SendRequest,
  sendDraft,
  sendProtocolNames,
} from './send-request.ts';

/** What a command line says. */
export type SendArguments =
  | { readonly kind: 'send'; readonly request: SendRequest }
  | { readonly kind: 'help'; readonly protocol: SendProtocolName }
  | { readonly kind: 'version' }
  | { readonly kind: 'licence' }
  | Wrong;

interface Wrong {
  readonly kind: 'wrong';
  readonly complaint: string;
}

/** Options that ask for a text instead of sending. */
const questions: Readonly<Record<string, 'help' | 'version' | 'licence' | undefined>> = {
  '-h': 'help',
  '--help': 'help',
  '-V': 'version',
  '--version': 'version',
  '-l': 'licence',
  '--license': 'licence',
};

/**
 * Reads the command line of `nagtail send`. Its options are those of the real client of the
 * protocol that `--protocol` names (send_nsca without it), and our own, which are long.
 */
export function readSendArguments(args: readonly string[]): SendArguments {
  const named = protocolIn(args);
  const name = sendProtocolNames.find((known) => known === named.name);
  if (name === undefined) {
    return wrong(`--protocol: expected ${sendProtocolNames.join(', ')}, found '${named.name}'`);
  }
  const draft = sendDraft(name);
  const stop = take(named.rest, sendProtocols[name], draft);
  return stop ?? missing(draft, sendProtocols[name]) ?? { kind: 'send', request: draft };
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

function isOf({ names }: SendOption, name: string): boolean {
  return names.includes(name);
}

type Stop = Exclude<SendArguments, { readonly kind: 'send' }>;

/** Takes the words into the request, up to the first complaint or the first that asks for a text. */
function take(
  words: readonly string[],
  protocol: SendProtocol,
  draft: SendDraft,
): Stop | undefined {
  const options = [...protocol.clientOptions, ...protocol.ownOptions];
  const left = [...words];
  for (let word = left.shift(), isFirst = true; word !== undefined; word = left.shift()) {
    const [name, attached] = nameAndValue(word, protocol.splitsLetters);
    const question = questions[name];
    if (question === 'help') return { kind: 'help', protocol: draft.protocol };
    if (question !== undefined) return { kind: question };
    const option = options.find((candidate) => isOf(candidate, name));
    if (option !== undefined) {
      const complaint = takeOption(option, name, attached, left, draft);
      if (complaint !== undefined) return wrong(complaint);
    } else if (isFirst && !word.startsWith('-') && draft.protocol === 'nsca') {
      // As with send_nsca, the first argument may be the host.
      draft.hosts.push(word);
    } else {
      return wrong(unknownArgument(word, options));
    }
    isFirst = false;
  }
  return undefined;
}

/** Takes an option and its value, which may be the next word; gives a complaint. */
function takeOption(
  option: SendOption,
  name: string,
  attached: string | undefined,
  left: string[],
  draft: SendDraft,
): string | undefined {
  if (option.value === undefined) {
    if (attached !== undefined && name.startsWith('--')) return `${name} takes no value`;
    if (attached !== undefined) left.unshift(`-${attached}`);
    option.take(draft, '');
    return undefined;
  }
  const value = attached ?? left.shift();
  if (value === undefined) return `${name} needs a value: ${option.value}`;
  const complaint = option.take(draft, value);
  return complaint === undefined ? undefined : `${name}: ${complaint}`;
}

/**
 * An option's name and what stands in the same word. Where letters are split, `-Hhost` means `-H host`, `-vv` means
 * `-v -v`, and so `-to 5` means `-t -o 5`.
 */
function nameAndValue(word: string, splitsLetters: boolean): readonly [string, string?] {
  if (word.startsWith('--')) return splitOnce(word, '=');
  if (!splitsLetters || !/^-../s.test(word)) return [word];
  return [word.slice(0, 2), word.slice(2)];
}

function unknownArgument(word: string, options: readonly SendOption[]): string {
  if (!word.startsWith('-')) return `unexpected argument '${word}'`;
  const known = options.flatMap(({ names }) => names).filter((name) => name.startsWith('--'));
  return `unknown option ${word}${suggestion(word, known)}`;
}

/** What must be given, and is not; or two things of which one can only be. */
function missing(draft: SendDraft, protocol: SendProtocol): Wrong | undefined {
  const isNamed = draft.hosts.length > 0 || draft.receivers.length > 0;
  const complaint =
    isNamed || protocol.knowsReceiver
      ? protocol.missing?.(draft)
      : `no receiver: expected ${protocol.receiver}, or --to NAME`;
  return complaint === undefined ? undefined : wrong(complaint);
}

function splitOnce(text: string, separator: string): [string, string?] {
  const at = text.indexOf(separator);
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + 1)];
}

function wrong(complaint: string): Wrong {
  return { kind: 'wrong', complaint };
}
