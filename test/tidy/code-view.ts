/** A source text in views of the same length and with the same lines, for searching. */
export interface CodeView {
  /** Comments are blanks. */
  readonly withStrings: string;
  /** Comments and what strings, templates and regular expressions hold are blanks. */
  readonly code: string;
}

/**
 * Tells code from comments and strings, as far as searching needs it: a small
 * lexer, because TypeScript's own parser is not to be had as a library.
 */
export function codeView(text: string): CodeView {
  return new Lexer(text).view();
}

/** A `/` behind one of these begins a regular expression, not a division. */
const beforeRegex =
  /(?:^|[([{,;=:!&|?+\-*%<>~^]|\b(?:return|typeof|case|of|in|do|else|throw|void|await|yield))\s*$/;

class Lexer {
  readonly #text: string;
  #withStrings = '';
  #code = '';
  #at = 0;
  /** Open braces within each `${` of the templates that enclose this place. */
  readonly #templates: number[] = [];

  constructor(text: string) {
    this.#text = text;
  }

  view(): CodeView {
    while (this.#at < this.#text.length) this.#step();
    return { withStrings: this.#withStrings, code: this.#code };
  }

  #step(): void {
    const rest = this.#text.slice(this.#at, this.#at + 2);
    const character = rest[0] ?? '';
    if (rest === '//') this.#take(this.#until('\n'), 'comment');
    else if (rest === '/*') this.#take(this.#through('*/', 2), 'comment');
    else if (character === "'" || character === '"') this.#take(this.#quotedEnd(), 'string');
    else if (character === '`') this.#take(this.#templateEnd(this.#at + 1), 'string');
    else if (character === '/' && beforeRegex.test(this.#code))
      this.#take(this.#regexEnd(), 'string');
    else if (character === '}' && this.#templates.at(-1) === 0) {
      this.#templates.pop();
      this.#take(this.#templateEnd(this.#at + 1), 'string');
    } else {
      this.#countBraces(character);
      this.#take(this.#at + 1, 'code');
    }
  }

  #take(end: number, kind: 'code' | 'comment' | 'string'): void {
    const piece = this.#text.slice(this.#at, end);
    const blank = piece.replace(/[^\n]/g, ' ');
    this.#withStrings += kind === 'comment' ? blank : piece;
    if (kind === 'code') this.#code += piece;
    // The ends stay, so that what stands before and behind does not run together.
    else if (kind === 'string') this.#code += `'${blank.slice(1, -1)}'`.slice(0, piece.length);
    else this.#code += blank;
    this.#at = end;
  }

  #countBraces(character: string): void {
    const open = this.#templates.at(-1);
    if (open === undefined) return;
    if (character === '{') this.#templates[this.#templates.length - 1] = open + 1;
    if (character === '}') this.#templates[this.#templates.length - 1] = open - 1;
  }

  #until(end: string): number {
    const found = this.#text.indexOf(end, this.#at);
    return found < 0 ? this.#text.length : found;
  }

  #through(end: string, from: number): number {
    const found = this.#text.indexOf(end, this.#at + from);
    return found < 0 ? this.#text.length : found + end.length;
  }

  #quotedEnd(): number {
    const quote = this.#text[this.#at];
    for (let at = this.#at + 1; at < this.#text.length; at++) {
      if (this.#text[at] === '\\') at++;
      else if (this.#text[at] === quote || this.#text[at] === '\n') return at + 1;
    }
    return this.#text.length;
  }

  /** The end of a template, or of its part before the next `${`. */
  #templateEnd(from: number): number {
    for (let at = from; at < this.#text.length; at++) {
      if (this.#text[at] === '\\') at++;
      else if (this.#text[at] === '`') return at + 1;
      else if (this.#text.startsWith('${', at)) {
        this.#templates.push(0);
        return at + 2;
      }
    }
    return this.#text.length;
  }

  #regexEnd(): number {
    let inClass = false;
    for (let at = this.#at + 1; at < this.#text.length; at++) {
      const character = this.#text[at];
      if (character === '\\') at++;
      else if (character === '[') inClass = true;
      else if (character === ']') inClass = false;
      else if (character === '\n' || (character === '/' && !inClass)) return at + 1;
    }
    return this.#text.length;
  }
}

/** The number of the line, from 1, at an index of a text. */
export function lineAt(text: string, index: number): number {
  return text.slice(0, index).split('\n').length;
}
