/** A fenced block of a Markdown document. */
export interface FencedBlock {
  /** The line of its opening fence, from 1. */
  readonly line: number;
  /** The first word behind the fence. */
  readonly language: string;
  /** `NAME=VALUE` behind that. */
  readonly marks: ReadonlyMap<string, string>;
  /** What stands in it, with a newline at the end. */
  readonly text: string;
  /** The heading above it, without `#`. */
  readonly heading: string;
  /** True for a block within an HTML comment, which readers do not see. */
  readonly isHidden: boolean;
}

/** All fenced blocks of a document. Within `<!--` and `-->` on lines of their own they are hidden. */
export function fencedBlocks(markdown: string): FencedBlock[] {
  const blocks: FencedBlock[] = [];
  let open: { line: number; info: string; lines: string[] } | undefined;
  let heading = '';
  let isHidden = false;
  for (const [index, line] of markdown.split('\n').entries()) {
    if (open === undefined) {
      if (line === '<!--') isHidden = true;
      if (line === '-->') isHidden = false;
      heading = /^#+ (.*)$/.exec(line)?.[1] ?? heading;
      const info = /^```(.*)$/.exec(line)?.[1];
      if (info !== undefined) open = { line: index + 1, info, lines: [] };
    } else if (line === '```') {
      const [language = '', ...words] = open.info.trim().split(/\s+/);
      const marks = new Map(words.map((word) => word.split('=', 2) as [string, string]));
      const text = open.lines.map((one) => `${one}\n`).join('');
      blocks.push({ line: open.line, language, marks, text, heading, isHidden });
      open = undefined;
    } else open.lines.push(line);
  }
  if (open !== undefined) throw new Error(`the fence of line ${open.line} is not closed`);
  return blocks;
}
