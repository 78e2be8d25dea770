import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { SectionKinds } from './config-schema.ts';
import { withEnvironment } from './environment-overrides.ts';
import { ConfigError, systemCodeOf, systemReason } from './errors.ts';
import { type IniFile, parseIni } from './ini-file.ts';
import { mergeIniFiles } from './merge-ini-files.ts';
import type { Problem } from './problem.ts';

/** Beside a configuration file: the folder of files that add to it, or override it. */
const dropInFolder = 'conf.d';

/**
 * Reads a configuration: the file, over it the files `conf.d/*.ini` beside it in lexical order, over these what
 * the environment says.
 * @param kinds the kinds of sections that the program has, which variables may name
 * @throws ConfigError when a file cannot be read
 */
export function readConfigFile(file: string, kinds: SectionKinds): IniFile {
  const names = dropInsOf(path.dirname(file));
  const merged = mergeIniFiles([readFile(file), ...names.map(readFile)]);
  return withEnvironment(merged, kinds, process.env);
}

function readFile(file: string): IniFile {
  try {
    return parseIni(readFileSync(file, 'utf8'), file);
  } catch (error) {
    const message = `cannot read the configuration: ${systemReason(error)}; give another with --config FILE`;
    throw new ConfigError([{ place: { file }, severity: 'error', message }]);
  }
}

/** What an editor or a package manager left (`x.ini~`, `.x.ini`, `x.ini.dpkg-new`) does not end in `.ini` or begins with a dot. */
function dropInsOf(folder: string): readonly string[] {
  const conf = path.join(folder, dropInFolder);
  try {
    const names = readdirSync(conf).filter((name) => /^[^.].*\.ini$/.test(name));
    return names.toSorted().map((name) => path.join(conf, name));
  } catch (error) {
    if (systemCodeOf(error) === 'ENOENT' || systemCodeOf(error) === 'ENOTDIR') return [];
    const message = `cannot read the folder: ${systemReason(error)}`;
    const problem: Problem = { place: { file: conf }, severity: 'error', message };
    throw new ConfigError([problem]);
  }
}
