import type { AddCommand } from './command-line.ts';

/** Each command by its first word, with what it needs: most of that is of no use to the others. */
export type CommandLoaders = Readonly<Record<string, () => Promise<AddCommand>>>;

/**
 * Loads the command that a command line names, or all of them where it names none: for `--help`,
 * for completion, and to say what a wrong word may have meant.
 */
export async function loadCommands(
  loaders: CommandLoaders,
  word: string | undefined,
): Promise<readonly AddCommand[]> {
  const wanted = Object.entries(loaders).filter(([name]) => name === word);
  const chosen = wanted.length > 0 ? wanted : Object.entries(loaders);
  return await Promise.all(chosen.map(([, load]) => load()));
}
