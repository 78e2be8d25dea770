import type { Argv } from 'yargs';
import { systemClock } from '../../platform/clock.ts';
import type { CommonOptions } from '../../platform/command-line.ts';
import { byteStringOf } from '../../protocol/byte-string.ts';
import { SyslogSender } from '../sec-command/syslog-sender.ts';
import { runSend, type Syslog } from '../send/run-send.ts';

/** `nagtail send`: listed among the commands; its own arguments never come here, see main.ts. */
export function addSendCommand(parser: Argv<CommonOptions>): void {
  parser.command(
    'send [options..]',
    'send results from standard input: use it where send_nsca was used',
    (command) => command,
    () => runSendCommand([]),
  );
}

/** Runs send_nsca's command line and ends the process with its exit code. */
export async function runSendCommand(args: readonly string[]): Promise<void> {
  const { stdin, stdout, stderr } = process;
  const random = Math.random;
  const world = { stdin, stdout, stderr, clock: systemClock, random, openSyslog };
  process.exitCode = await runSend(args, world);
  // Whoever still writes to us shall not keep us.
  stdin.destroy();
}

function openSyslog(): Syslog {
  const sender = new SyslogSender('daemon', 'nagtail-send', (reason) => {
    process.stderr.write(`nagtail send: syslog cannot be reached: ${reason}\n`);
  });
  const error = 3;
  return {
    send: (message) => sender.send(error, byteStringOf(message)),
    close: () => sender.close(),
  };
}
