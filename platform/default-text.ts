import type { Key } from './config-schema.ts';

/** What holds without a key, as a configuration file would say it; undefined when nothing does. */
export function defaultText({ otherwise }: Key<unknown>): string | undefined {
  if (otherwise === undefined) return undefined;
  if (typeof otherwise === 'boolean') return otherwise ? 'yes' : 'no';
  if (!Array.isArray(otherwise)) return String(otherwise);
  return otherwise.length === 0 ? undefined : otherwise.join(', ');
}
