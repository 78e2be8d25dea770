import { bold, example, item, paragraph, roffInline, subheading } from './roff.ts';

/**
 * Markdown of our documents as a part of a page: headings become `.SS`, tables become terms with what they mean,
 * fenced blocks examples, lists terms with a bullet.
 */
export function markdownBody(markdown: string): string {
  const lines = markdown.split('\n');
  const parts: string[] = [];
  let text: string[] = [];
  const flush = () => {
    if (text.length > 0) parts.push(paragraph(text.join(' ')));
    text = [];
  };
  for (let at = 0; at < lines.length; ) {
    const line = lines[at] ?? '';
    const end = endOfBlock(lines, at);
    const block = lines.slice(at, end);
    at = end;
    const heading = /^#+ (.*)$/.exec(line)?.[1];
    if (heading === undefined && !isBlock(line) && line !== '') {
      text.push(line.trim());
      continue;
    }
    flush();
    if (heading !== undefined) parts.push(subheading(heading.replaceAll('`', '')));
    else if (line.startsWith('```')) parts.push(example(block.slice(1, -1).join('\n')));
    else if (line.startsWith('|')) parts.push(tableItems(block));
    else if (line !== '')
      parts.push(
        item(
          '\\(bu',
          block
            .map((one) => one.trim())
            .join(' ')
            .slice(2),
        ),
      );
  }
  flush();
  return parts.join('');
}

function isBlock(line: string): boolean {
  return line.startsWith('```') || line.startsWith('|') || /^[*-] /.test(line);
}

/** The line behind a fenced block, a table, or an item of a list; else the next line. */
function endOfBlock(lines: readonly string[], at: number): number {
  const line = lines[at] ?? '';
  const while_ = (goesOn: (next: string) => boolean) => {
    let end = at + 1;
    while (end < lines.length && goesOn(lines[end] ?? '')) end++;
    return end;
  };
  if (line.startsWith('```')) return while_((next) => !next.startsWith('```')) + 1;
  if (line.startsWith('|')) return while_((next) => next.startsWith('|'));
  if (/^[*-] /.test(line)) return while_((next) => /^ +\S/.test(next));
  return at + 1;
}

/** Each row: its first cell, and the others, with the heads of their columns when there is more than one. */
function tableItems(rows: readonly string[]): string {
  const [head = [], , ...body] = rows.map(cellsOf);
  return body
    .map(([first = '', ...others]) => {
      const texts = others.map((cell, at) => {
        const name = head[at + 1] ?? '';
        return others.length > 1 && name !== '' ? `${name}: ${cell}` : cell;
      });
      const term = first === '' ? '\\(bu' : roffInline(first);
      return item(
        term.includes('\\fB') ? term : bold(first),
        texts.filter((one) => one !== '').join('; '),
      );
    })
    .join('');
}

function cellsOf(row: string): string[] {
  const inner = row.trim().slice(1, -1);
  return inner.split(/(?<!\\)\|/).map((cell) => cell.replaceAll('\\|', '|').trim());
}
