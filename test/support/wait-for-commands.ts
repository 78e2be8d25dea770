import { waitFor } from './wait-for.ts';

/**
 * Waits until there are as many commands, and gives them; in vain when for long no further one has come: how
 * long thousands take depends on what else the machine does.
 * @param read the commands so far
 */
export async function waitForCommands(count: number, read: () => string[]): Promise<string[]> {
  for (let seen = 0; ; ) {
    const isMore = ({ length }: readonly string[]) => length > seen || length >= count;
    const commands = await waitFor(`${count} commands`, read, isMore);
    if (commands.length >= count) return commands;
    seen = commands.length;
  }
}
