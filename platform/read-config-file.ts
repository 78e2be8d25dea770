import { readFileSync } from 'node:fs';
import { ConfigError, systemReason } from './errors.ts';
import { type IniFile, parseIni } from './ini-file.ts';

/**
 * Reads a configuration file.
 * @throws ConfigError when the file cannot be read
 */
export function readConfigFile(file: string): IniFile {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    const message = `cannot read the configuration: ${systemReason(error)}; give another with --config FILE`;
    throw new ConfigError([{ place: { file }, severity: 'error', message }]);
  }
  return parseIni(text, file);
}
