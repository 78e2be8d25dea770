import type { IniFile, IniSection } from './ini-file.ts';

/**
 * Lays INI files over each other: sections of later files are added, and keys of a section that is there already are added or
 * replaced. Everything keeps the place where it stands.
 */
export function mergeIniFiles(files: readonly [IniFile, ...IniFile[]]): IniFile {
  const sections = new Map<string, IniSection>();
  for (const section of files.flatMap((file) => file.sections)) {
    const title = titleOf(section);
    const before = sections.get(title);
    const values = new Map([...(before?.values ?? []), ...section.values]);
    sections.set(title, { ...(before ?? section), values });
  }
  const problems = files.flatMap((file) => file.problems);
  return { file: files[0].file, sections: [...sections.values()], problems };
}

/** What stands between the brackets. */
export function titleOf({ kind, name }: Pick<IniSection, 'kind' | 'name'>): string {
  return name === '' ? kind : `${kind}.${name}`;
}
