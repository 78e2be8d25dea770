import type { Log } from '../../platform/log.ts';
import { type ByteString, textOf } from '../../protocol/byte-string.ts';
import type { CheckResult } from '../../protocol/check-result.ts';
import { checkResultFault } from '../../protocol/check-result-fault.ts';
import type { OutboxWriter } from '../outbox/outbox-writer.ts';
import type { Host, SecLogLevel } from '../sec/engine/host.ts';
import type { CommandStarter } from './command-starter.ts';
import type { LineWriter } from './line-writer.ts';

export interface RealHostParts {
  readonly lines: LineWriter;
  readonly commands: CommandStarter;
  readonly outbox: OutboxWriter;
  readonly log: Log;
}

/** What rules want done, done for real: files, processes, the outbox, the log. */
export class RealHost implements Host {
  readonly #parts: RealHostParts;

  constructor(parts: RealHostParts) {
    this.#parts = parts;
  }

  writeLine(file: ByteString, text: ByteString): void {
    this.#parts.lines.write(file, text);
  }

  startCommand(command: ByteString): void {
    // What was written before must be there when the command looks at it.
    this.#parts.lines.flush();
    this.#parts.commands.start(command);
  }

  submit(result: CheckResult): void {
    const fault = checkResultFault(result);
    if (fault === undefined) {
      this.#parts.outbox.add(result);
      return;
    }
    this.#parts.log.warn(
      'RESULT_REFUSED',
      `a rule made a check result that cannot be sent: ${fault}`,
      {
        host: textOf(result.host),
        service: textOf(result.service ?? ''),
      },
    );
  }

  log(level: SecLogLevel, text: ByteString): void {
    const { log } = this.#parts;
    const tell =
      level <= 2 ? log.error : level === 3 ? log.warn : level === 4 ? log.info : log.debug;
    tell('RULE', textOf(text));
  }
}
