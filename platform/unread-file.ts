import { existsSync, readFileSync, rmSync } from 'node:fs';
import type { CommandFileMemory } from './command-file.ts';
import { systemReason } from './errors.ts';
import type { Log } from './log.ts';
import { replaceFile } from './replace-file.ts';

/**
 * Keeps in a file what a reader that went away left in the pipe of a command file, for the next start of the program.
 * @throws the system's error when what an earlier start kept cannot be read
 */
export function unreadFile(file: string, log: Log): Required<CommandFileMemory> {
  return {
    owed: existsSync(file) ? readFileSync(file) : Buffer.alloc(0),
    keepOwed: (owed) => {
      try {
        if (owed.length > 0) replaceFile(file, owed, 0o640);
        else rmSync(file, { force: true });
      } catch (error) {
        const message = `what Nagios left unread cannot be kept in ${file}: ${systemReason(error)}; it is kept in memory only`;
        log.warn('UNREAD_NOT_KEPT', message);
      }
    },
  };
}
