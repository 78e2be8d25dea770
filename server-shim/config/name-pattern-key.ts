import type { Key } from '../../platform/config-schema.ts';
import { compileNamePattern, matchesNothing, type NamePattern } from '../admit/name-pattern.ts';

/** A regular expression for whole names; without one no name is allowed. */
export function namePatternKey(about: string): Key<NamePattern | undefined> {
  return {
    about,
    otherwise: undefined,
    read(value) {
      if (value === '') return { value: matchesNothing };
      const reading = compileNamePattern(value);
      return reading.ok ? { value: reading.pattern } : { finding: reading.message };
    },
  };
}
