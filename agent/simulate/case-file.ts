import type { ByteString } from '../../protocol/byte-string.ts';

/** A case: rules, perhaps other files and options, and a scenario, in one file. */
export interface CaseFile {
  readonly rules: ByteString;
  /** Files that lie beside the rules. */
  readonly files: ReadonlyMap<string, ByteString>;
  /** SEC's options, and ours for the simulation: `--oracle-tz=`, `--oracle-start=` and so on. */
  readonly args: readonly string[];
  readonly scenario: ByteString;
  /** How many lines of the file stand before the scenario. */
  readonly scenarioAfter: number;
}

/** Takes a case apart: `=== file NAME`, `=== args` and `=== input` begin its parts, rules come first. */
export function readCaseFile(text: ByteString): CaseFile {
  let part = 'rules';
  let scenarioAfter = 0;
  const parts = new Map<string, ByteString>();
  for (const [index, line] of text.split(/(?<=\n)/).entries()) {
    const header = /^=== (\S+)(?: (\S+))?\s*$/.exec(line);
    if (header === null) {
      parts.set(part, (parts.get(part) ?? '') + line);
      continue;
    }
    part = header[1] === 'file' ? `file ${header[2] ?? ''}` : (header[1] ?? '');
    if (part === 'input') scenarioAfter = index + 1;
    if (!parts.has(part)) parts.set(part, '');
  }
  const files = new Map<string, ByteString>();
  for (const [name, content] of parts) {
    if (name.startsWith('file ')) files.set(name.slice('file '.length), content);
  }
  return {
    rules: parts.get('rules') ?? '',
    files,
    args: (parts.get('args') ?? '').split(/\s+/).filter((word) => word !== ''),
    scenario: parts.get('input') ?? '',
    scenarioAfter,
  };
}
