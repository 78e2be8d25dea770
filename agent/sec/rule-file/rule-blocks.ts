import { trimBlanks } from '../../../protocol/blanks.ts';
import type { ByteString } from '../../../protocol/byte-string.ts';
import { type LogicalLine, logicalLines } from './logical-lines.ts';
import type { RuleProblem } from './rule-problem.ts';

/** A keyword's value and the line where it stands. */
export interface Keyword {
  readonly value: ByteString;
  readonly line: number;
}

/** The keywords between two blank lines or comments: a rule not yet checked. */
export interface RuleBlock {
  /** The first line of the block. */
  readonly line: number;
  readonly keywords: ReadonlyMap<string, Keyword>;
  /** Labels that point to this rule: its own, and those standing alone before it. */
  readonly labels: readonly ByteString[];
}

/** What a rule file consists of. */
export interface RuleBlocks {
  readonly blocks: readonly RuleBlock[];
  /** Labels behind the last rule: they point to the end of the file. */
  readonly endLabels: readonly ByteString[];
}

interface OpenBlock {
  readonly line: number;
  readonly keywords: Map<string, Keyword>;
}

/**
 * Groups the lines of a rule file into blocks. A blank line, a comment line
 * and the end of the file end a block; `rem` lines vanish; a `label` belongs to
 * the block it stands in, or to the next one.
 */
export function ruleBlocks(text: ByteString, problems: RuleProblem[]): RuleBlocks {
  const blocks: RuleBlock[] = [];
  let labels: ByteString[] = [];
  let open: OpenBlock | undefined;
  const close = () => {
    if (open === undefined || open.keywords.size === 0) {
      open = undefined;
      return;
    }
    blocks.push({ ...open, labels });
    labels = [];
    open = undefined;
  };
  for (const line of logicalLines(text)) {
    if (line.text === '' || line.text.startsWith('#')) {
      close();
      continue;
    }
    const keyword = readKeyword(line, problems);
    open ??= { line: line.line, keywords: new Map() };
    if (keyword === undefined || keyword.name === 'rem') continue;
    if (keyword.name === 'label') labels.push(keyword.value);
    else addKeyword(open, keyword.name, { value: keyword.value, line: line.line }, problems);
  }
  close();
  return { blocks, endLabels: labels };
}

function readKeyword(line: LogicalLine, problems: RuleProblem[]) {
  const match = /^([A-Za-z0-9]+)[\t\n\v\f\r ]*=([\s\S]*)$/.exec(line.text);
  const value = trimBlanks(match?.[2] ?? '');
  if (match?.[1] === undefined || value === '') {
    problems.push({
      severity: 'error',
      line: line.line,
      message: 'Line not in keyword=value format or non-alphanumeric keyword',
      lineText: line.text,
      hint: adviceAbout(line.text),
    });
    return undefined;
  }
  return { name: match[1], value };
}

/** UTF-8's, which some editors put before everything else. */
const byteOrderMark: ByteString = '\xef\xbb\xbf';

/** What may help with a line that is none. */
function adviceAbout(text: ByteString): ByteString {
  if (text.startsWith(byteOrderMark)) {
    return 'the file begins with a byte order mark: save it without one';
  }
  if (text.includes('\0')) return 'a NUL is in this line: save the file as UTF-8, not as UTF-16';
  const keyword = /^([A-Za-z0-9]+)[\t\n\v\f\r ]*=/.exec(text)?.[1];
  return keyword === undefined
    ? `expected KEYWORD=VALUE, found '${text}'`
    : `'${keyword}' has no value`;
}

function addKeyword(
  block: OpenBlock,
  name: string,
  keyword: Keyword,
  problems: RuleProblem[],
): void {
  const earlier = block.keywords.get(name);
  if (earlier) {
    problems.push({
      severity: 'warning',
      line: keyword.line,
      message: `Several '${name}' keywords specified, overriding previous value '${earlier.value}' with '${keyword.value}'`,
      hint: 'a blank line must stand between two rules',
    });
  }
  block.keywords.set(name, keyword);
}
