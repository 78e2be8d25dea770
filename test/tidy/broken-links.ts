import { existsSync } from 'node:fs';
import path from 'node:path';
import { type ProjectFile, projectRoot } from './project-files.ts';

/** The relative links of a Markdown document whose target does not exist, or has no such heading. */
export function brokenLinks(
  { path: file, text }: ProjectFile,
  read: (relativePath: string) => string,
): string[] {
  const links = [...withoutCode(text).matchAll(/\]\((?<target>[^)\s]+)\)/g)];
  return links.flatMap((link) => {
    const target = link.groups?.['target'] ?? '';
    if (/^[a-z]+:/.test(target)) return [];
    const [name = '', anchor] = target.split('#');
    const linked = name === '' ? file : path.posix.join(path.posix.dirname(file), name);
    if (name !== '' && !existsSync(path.join(projectRoot, linked)))
      return [`${file}: no such file: ${target}`];
    if (anchor === undefined || !linked.endsWith('.md')) return [];
    const anchors = name === '' ? anchorsOf(text) : anchorsOf(read(linked));
    return anchors.has(anchor) ? [] : [`${file}: no such heading: ${target}`];
  });
}

function withoutCode(markdown: string): string {
  return markdown.replace(/^```[\s\S]*?^```/gm, '').replace(/`[^`\n]*`/g, '');
}

/** The anchors that GitHub makes of headings. */
function anchorsOf(markdown: string): Set<string> {
  const headings = markdown.replace(/^```[\s\S]*?^```/gm, '').matchAll(/^#+\s+(.*)$/gm);
  return new Set(
    [...headings].map((heading) =>
      (heading[1] ?? '')
        .toLowerCase()
        .replace(/[^\p{L}\p{N}\s_-]/gu, '')
        .trim()
        .replace(/\s/g, '-'),
    ),
  );
}
