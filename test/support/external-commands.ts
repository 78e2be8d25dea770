/** The whole lines of a command file, without the time in brackets, which it must have. */
export function commandsOf(text: string): string[] {
  const lines = text.split('\n').slice(0, -1);
  return lines.map((line) => {
    const command = /^\[\d{10}\] (.*)$/.exec(line)?.[1];
    if (command === undefined) throw new Error(`not an external command: ${line}`);
    return command;
  });
}
