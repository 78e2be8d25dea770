import { isatty } from 'node:tty';

/** True when somebody may look at a terminal: standard input, output or errors are one. */
export function isInteractive(): boolean {
  return [0, 1, 2].some((descriptor) => isatty(descriptor));
}
