import { existsSync } from 'node:fs';
import path from 'node:path';
import { isInPath } from '../../platform/is-in-path.ts';
import type { Problem } from '../../platform/problem.ts';
import { isGlob } from '../input/glob-paths.ts';
import type { InputConfig } from './input-config.ts';

/** What inputs need and is not there. It may appear later, so that the agent runs without it. */
export function missingInputs(inputs: readonly InputConfig[]): Problem[] {
  return inputs.flatMap((input) => {
    const missing = missingOf(input);
    if (missing === undefined) return [];
    const message = `input ${input.name}: ${missing}; the agent waits for it`;
    return [{ place: input.place, severity: 'warning' as const, message }];
  });
}

function missingOf({ path: file, journal }: InputConfig): string | undefined {
  if (journal === undefined) return isGlob(file) || file === '-' ? undefined : missingPath(file);
  if (!isInPath('journalctl')) return 'no journalctl in PATH, which reads the systemd journal';
  return journal.directory === undefined ? undefined : missingPath(journal.directory);
}

function missingPath(file: string): string | undefined {
  if (existsSync(file)) return undefined;
  return `${existsSync(path.dirname(file)) ? 'no such file' : 'no such folder'}: ${file}`;
}
