/** A row of a table in a Markdown document. */
export interface TableRow {
  readonly line: number;
  /** The heading above the table, without `#` and backticks. */
  readonly section: string;
  /** The cells, without backticks at their ends. */
  readonly cells: readonly string[];
}

/** The rows of all tables of a Markdown document, without the head of each table. */
export function tableRows(markdown: string): TableRow[] {
  const lines = markdown.split('\n');
  const rows: TableRow[] = [];
  let section = '';
  for (const [index, line] of lines.entries()) {
    const heading = /^#+\s+(.*)$/.exec(line)?.[1];
    if (heading !== undefined) section = withoutTicks(heading);
    const isRow = line.startsWith('|') && !isRuler(line) && !isRuler(lines[index + 1] ?? '');
    if (isRow) rows.push({ line: index + 1, section, cells: cellsOf(line) });
  }
  return rows;
}

function isRuler(line: string): boolean {
  return /^\|[\s:|-]+\|$/.test(line);
}

/** A `\|` does not end a cell. */
function cellsOf(line: string): string[] {
  const inner = line.trim().slice(1, -1);
  return inner.split(/(?<!\\)\|/).map((cell) => withoutTicks(cell.replaceAll('\\|', '|')));
}

function withoutTicks(text: string): string {
  return text.trim().replace(/^`([^`]*)`$/, '$1');
}
