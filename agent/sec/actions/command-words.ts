import type { ByteString } from '../../../protocol/byte-string.ts';

/** Redirections and `&` at the end of a command: they do not matter when no process is started. A shell has only three blanks. */
const trailingRedirections =
  /(?:[ \t\n]+(?:\d?>>?[ \t\n]*(?:&\d|[^ \t\n'"`$;|<>&()]+)|<[ \t\n]*\/dev\/null|&>[ \t\n]*[^ \t\n'"`$;|<>&()]+)|[ \t\n]*&)+[ \t\n]*$/;

/**
 * The words of a simple shell command, quotes removed, variables of the rule
 * language left in them. Undefined when only a shell can tell what it does:
 * several commands, pipes, substitutions, unclosed quotes.
 */
export function commandWords(command: ByteString): ByteString[] | undefined {
  const text = command.replace(trailingRedirections, '');
  const words: ByteString[] = [];
  let word: ByteString | undefined;
  for (let index = 0; index < text.length; ) {
    const piece = readPiece(text, index);
    if (piece === undefined) return undefined;
    index += piece.length;
    if (piece.text !== undefined) word = (word ?? '') + piece.text;
    else if (word !== undefined) {
      words.push(word);
      word = undefined;
    }
  }
  if (word !== undefined) words.push(word);
  return words;
}

/** A piece of the command: its length there, and its text; no text for the blanks between words. */
interface Piece {
  readonly length: number;
  readonly text: ByteString | undefined;
}

/** `$(…)`, `$$` (which becomes `$`) and the shell's own variables within double quotes. */
const needsShell = /\$[$(A-Za-z_@*#?!-]|\$\{[^\d]/;

function readPiece(command: ByteString, index: number): Piece | undefined {
  const rest = command.slice(index);
  const blanks = /^[ \t\n]+/.exec(rest);
  if (blanks) return { length: blanks[0].length, text: undefined };
  const single = /^'([^']*)'/.exec(rest);
  if (single) return { length: single[0].length, text: single[1] };
  const double = /^"((?:[^"\\`]|\\[\s\S])*)"/.exec(rest);
  if (double) {
    const inner = double[1] ?? '';
    if (needsShell.test(inner)) return undefined;
    return { length: double[0].length, text: inner.replace(/\\(["$`\\])/g, '$1') };
  }
  const escaped = /^\\([\s\S])/.exec(rest);
  if (escaped) return { length: 2, text: escaped[1] };
  const variable = /^\$(?:\d+|\{\d+\}|\+\{[^}]*\}|:\{[^}]*\})/.exec(rest);
  if (variable) return { length: variable[0].length, text: variable[0] };
  const plain = /^[^ \t\n'"\\`$;|<>&(){}*?[\]~#!]+|^[{}*?[\]~#!]/.exec(rest);
  return plain ? { length: plain[0].length, text: plain[0] } : undefined;
}
