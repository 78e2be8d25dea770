/** What roff would take for its own, as text; also `-`, which would become a typographic hyphen. */
export function roffText(text: string): string {
  const escaped = text.replaceAll('\\', '\\e').replaceAll('-', '\\-');
  return escaped.replaceAll(/^(?=[.'])/gm, '\\&');
}

/** Text with Markdown's `code`, **bold** and [links](…) in it. */
export function roffInline(markdown: string): string {
  const parts = markdown
    .replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
    .split(/(`[^`]*`|\*\*[^*]+\*\*)/)
    .map((part) => {
      if (/^`.*`$/s.test(part)) return `\\fB${roffText(part.slice(1, -1))}\\fR`;
      if (/^\*\*.*\*\*$/s.test(part)) return `\\fB${roffText(part.slice(2, -2))}\\fR`;
      return roffText(part);
    });
  return parts.join('').replace(/^(?=[.'])/, '\\&');
}

/** The date of a page is that of this version, so that a page changes only with what it says. */
const edition = '2026-11-25';

/** The first line of a page. */
export function title(name: string, section: number): string {
  return `.TH "${name.toUpperCase()}" "${section}" "${edition}" "nagtail" "nagtail"\n`;
}

/** A page of its parts. A heading begins a paragraph itself. */
export function page(parts: readonly string[]): string {
  return parts.join('').replaceAll(/^(\.S[HS] .*\n)\.PP\n/gm, '$1');
}

/** `.SH` */
export function heading(text: string): string {
  return `.SH "${roffText(text.toUpperCase()).replaceAll('"', '\\(dq')}"\n`;
}

/** `.SS` */
export function subheading(text: string): string {
  return `.SS "${roffText(text).replaceAll('"', '\\(dq')}"\n`;
}

/** A paragraph of Markdown. */
export function paragraph(markdown: string): string {
  return `.PP\n${roffInline(markdown)}\n`;
}

/** A term, already in roff, and what it means, in Markdown. */
export function item(term: string, markdown: string): string {
  return `.TP\n${term}\n${markdown === '' ? '\\&' : roffInline(markdown)}\n`;
}

/** Bold text. */
export function bold(text: string): string {
  return `\\fB${roffText(text)}\\fR`;
}

/** Lines as they are. */
export function example(text: string): string {
  return `.PP\n.RS 4\n.EX\n${roffText(text.replace(/\n$/, ''))}\n.EE\n.RE\n`;
}
