import { lstatSync, readdirSync, statSync } from 'node:fs';
import { homedir } from 'node:os';

/** What makes a pattern of a word: `*`, `?` or `[…]`, not protected by a backslash. */
const wildcard = /(?<!\\)(?:\\\\)*(?:[*?]|\[!?\]?[^\]]*\])/;

/**
 * The paths that a pattern of SEC's --conf and --input stands for. SEC gives it to
 * Perl's glob, which works as in csh: several patterns may stand in it, separated
 * by blanks; quotes keep blanks; `{a,b}` is both; a pattern without a wildcard
 * stands for itself, whether it exists or not; `*` matches no leading dot. The
 * matches of each pattern are sorted, capital letters among the others. A brace
 * that is not closed is a character (Perl makes an empty name of it).
 */
export function perlGlob(pattern: string): string[] {
  return wordsOf(pattern).flatMap(expandBraces).map(expandHome).flatMap(pathsOf);
}

/** The words of a text; what stands in quotes is protected by backslashes. */
function wordsOf(text: string): string[] {
  const words: string[] = [];
  const parts = /\\[\s\S]|'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)"|(\s+)|[\s\S]/g;
  let word: string | undefined;
  for (const [part, single, double, blank] of text.matchAll(parts)) {
    if (blank !== undefined) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else {
      const quoted = single ?? double;
      word = (word ?? '') + (quoted === undefined ? part : protect(quoted));
    }
  }
  if (word !== undefined) words.push(word);
  return words;
}

function protect(text: string): string {
  return text.replace(/\\?([\s\S])/g, '\\$1');
}

/** `a{b,c}d` is `abd` and `acd`; `{}` is itself. */
function expandBraces(word: string): string[] {
  for (let open = 0; open < word.length; open++) {
    if (word[open] === '\\') open++;
    else if (word[open] === '{' && word[open + 1] !== '}') {
      const commas = bracesAt(word, open);
      if (commas === undefined) return [word];
      const [before, after] = [word.slice(0, open), word.slice((commas.at(-1) ?? 0) + 1)];
      const starts = [open, ...commas.slice(0, -1)];
      return starts.flatMap((start, index) =>
        expandBraces(before + word.slice(start + 1, commas[index]) + after),
      );
    }
  }
  return [word];
}

/** The places of the commas that belong to an open brace, and of its closing brace. */
function bracesAt(word: string, open: number): number[] | undefined {
  const places: number[] = [];
  let depth = 0;
  for (let index = open; index < word.length; index++) {
    const character = word[index];
    if (character === '\\') index++;
    else if (character === '{') depth++;
    else if (character === ',' && depth === 1) places.push(index);
    else if (character === '}' && --depth === 0) return [...places, index];
  }
  return undefined;
}

function expandHome(word: string): string {
  return /^~(?:\/|$)/.test(word) ? homedir() + word.slice(1) : word;
}

function pathsOf(word: string): string[] {
  if (!wildcard.test(word)) return [unprotected(word)];
  let found = [word.startsWith('/') ? '/' : ''];
  const parts = word.split(/\/+/).filter((part) => part !== '');
  for (const [index, part] of parts.entries()) {
    const last = index === parts.length - 1;
    found = found.flatMap((folder) => matchesIn(folder, part, last));
  }
  return found.sort(withoutCase);
}

function matchesIn(folder: string, part: string, last: boolean): string[] {
  const path = (name: string) =>
    folder === '' || folder.endsWith('/') ? folder + name : `${folder}/${name}`;
  if (!wildcard.test(part)) {
    const candidate = path(unprotected(part));
    return lstatSync(candidate, { throwIfNoEntry: false }) === undefined ? [] : [candidate];
  }
  const matcher = matcherOf(part);
  const names = namesIn(folder === '' ? '.' : folder).filter((name) => matcher.test(name));
  return names.map(path).filter((candidate) => last || isFolder(candidate));
}

/** A folder that cannot be read has no names. */
function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    return false;
  }
}

function matcherOf(part: string): RegExp {
  const source = part.replace(
    /\\([\s\S])|\[(!?)(\]?(?:\\.|[^\]\\])*)\]|[\s\S]/g,
    (whole, protectedCharacter, negated, members) => {
      if (protectedCharacter !== undefined) return literal(protectedCharacter);
      if (members !== undefined) return classOf(negated !== '', members);
      return whole === '*' ? '[\\s\\S]*' : whole === '?' ? '[\\s\\S]' : literal(whole);
    },
  );
  return new RegExp(part.startsWith('.') ? `^${source}$` : `^(?!\\.)${source}$`);
}

function classOf(negated: boolean, members: string): string {
  return `[${negated ? '^' : ''}${members.replace(/[\]\\^[]/g, '\\$&')}]`;
}

function literal(character: string): string {
  return character.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
}

function unprotected(word: string): string {
  return word.replace(/\\([\s\S])/g, '$1');
}

function withoutCase(left: string, right: string): number {
  const [a, b] = [left.toLowerCase(), right.toLowerCase()];
  if (a !== b) return a < b ? -1 : 1;
  return left < right ? -1 : left > right ? 1 : 0;
}
