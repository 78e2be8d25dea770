import type { ByteString } from '../../../protocol/byte-string.ts';

/**
 * The character that begins a variable: `$` for the event at hand, and in the
 * second half of Pair rules `%` for the first event.
 */
export type VariableToken = '$' | '%';

/** A text as it stands, or a variable: of the match itself, or of one that a varmap has named. */
export type TemplatePart =
  | ByteString
  | { readonly entry: ByteString | undefined; readonly name: ByteString };

/** A text with variables, taken apart. */
export type MatchTemplate = readonly TemplatePart[];

/**
 * `$$`, `$N`, `${N}`, `$+{NAME}`, `$+{N}`, `$:{ENTRY:NAME}`. A name is a letter or
 * `_`, then word characters or `!`. Any other `$` is not a variable and stays.
 */
const variables: Readonly<Record<VariableToken, RegExp>> = {
  $: /\$(?:\$|(\d+)|\{(\d+)\}|\+\{(\d+|[A-Za-z_][\w!]*)\}|:\{([A-Za-z]\w*):(\d+|[A-Za-z_][\w!]*)\})/g,
  '%': /%(?:%|(\d+)|\{(\d+)\}|\+\{(\d+|[A-Za-z_][\w!]*)\}|:\{([A-Za-z]\w*):(\d+|[A-Za-z_][\w!]*)\})/g,
};

/** Texts that are remembered, for each token; then all are forgotten. Texts of rules are few. */
const rememberedMax = 4096;

const remembered: Readonly<Record<VariableToken, Map<ByteString, MatchTemplate>>> = {
  $: new Map(),
  '%': new Map(),
};

/** Takes a text apart; the same text gives the same answer at once. */
export function matchTemplate(text: ByteString, token: VariableToken): MatchTemplate {
  const known = remembered[token].get(text);
  if (known !== undefined) return known;
  const template = readTemplate(text, token);
  if (remembered[token].size >= rememberedMax) remembered[token].clear();
  remembered[token].set(text, template);
  return template;
}

function readTemplate(text: ByteString, token: VariableToken): MatchTemplate {
  const parts: TemplatePart[] = [];
  let from = 0;
  let plain = '';
  for (const found of text.matchAll(variables[token])) {
    plain += text.slice(from, found.index);
    from = found.index + found[0].length;
    if (found[0].length === 2 && found[0][1] === token) {
      plain += token;
      continue;
    }
    if (plain !== '') parts.push(plain);
    plain = '';
    const [, number, braced, named, entry, entryName] = found;
    parts.push({ entry, name: entryName ?? number ?? braced ?? named ?? '' });
  }
  plain += text.slice(from);
  if (plain !== '') parts.push(plain);
  return parts;
}
