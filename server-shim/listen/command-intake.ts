import { type Clock, unixSeconds } from '../../platform/clock.ts';
import type { Log } from '../../platform/log.ts';
import { type ByteString, bytesOf } from '../../protocol/byte-string.ts';
import { parseExternalCommand } from '../../protocol/parse-external-command.ts';
import { admitCommand, type CommandRefusal } from '../admit/admit-command.ts';
import type { Refusal } from '../admit/admit-result.ts';
import type { Identity } from '../admit/identity.ts';
import type { Counters } from '../counters.ts';
import { limitedLog } from './limited-log.ts';
import type { ResultIntake } from './result-intake.ts';

/** An external command of Nagios', as a client gave it. */
export interface GivenCommand {
  /** `COMMAND;arguments`. */
  readonly command: ByteString;
  /** Unix time in seconds; the moment of receipt without it. */
  readonly time?: number;
}

/** Takes external commands, whichever protocol brought them. */
export interface CommandIntake {
  /**
   * Resolves with undefined when a command was given to Nagios, or, where it is a check
   * result, when that is in the journal; otherwise with why it was refused, which is logged
   * and counted. A check result needs the right to host and service, any other command the
   * right to that command. Rejects with NagtailError JOURNAL_UNAVAILABLE.
   */
  take(
    given: GivenCommand,
    peer: string,
    identity: Identity,
  ): Promise<CommandRefusal | Refusal | undefined>;
}

/** Hands a line to Nagios at once; resolves with why it cannot, or undefined. */
export type GiveCommand = (line: Uint8Array) => Promise<string | undefined>;

/** How much of a command the log shows. */
const shownBytesMax = 120;

/** A time that is further ahead of ours, in seconds, is a clock gone wrong. */
const aheadSecondsMax = 300;

/** Takes check results into the journal, and gives other commands to Nagios. */
export function commandIntake(parts: {
  readonly intake: ResultIntake;
  readonly give: GiveCommand;
  readonly log: Log;
  readonly clock: Clock;
  readonly counters: Counters;
}): CommandIntake {
  const { intake, give, clock, counters } = parts;
  const log = limitedLog(parts.log, clock);
  return {
    async take({ command, time: told }, peer, identity) {
      const now = unixSeconds(clock);
      const time = told === undefined || told > now + aheadSecondsMax ? now : told;
      const parsed = parseExternalCommand(`[${time}] ${command}`);
      if (parsed.kind === 'check-result') {
        const [verdict] = await intake.take([parsed.result], peer, identity);
        return verdict?.kind === 'refused' ? verdict : undefined;
      }
      const refusal =
        parsed.kind === 'bad'
          ? ({ kind: 'refused', code: 'COMMAND_INVALID', message: parsed.reason } as const)
          : await giveCommand(command, time, identity, give);
      const shown = JSON.stringify(command.slice(0, shownBytesMax));
      const who = `${identity.name} at ${peer}`;
      const fields = { identity: identity.name, peer };
      if (refusal === undefined) {
        counters.add('commands_given');
        parts.log.info('COMMAND_GIVEN', `gave Nagios a command from ${who}: ${shown}`, fields);
        return undefined;
      }
      counters.add('commands_refused');
      const message = `refused the command ${shown} from ${who}: ${refusal.message}`;
      log.warn('COMMAND_REFUSED', message, { ...fields, reason: refusal.code });
      return refusal;
    },
  };
}

async function giveCommand(
  command: ByteString,
  time: number,
  identity: Identity,
  give: GiveCommand,
): Promise<CommandRefusal | undefined> {
  const admission = admitCommand(command, time, identity);
  if (admission.kind === 'refused') return admission;
  const hindrance = await give(bytesOf(admission.line));
  if (hindrance === undefined) return undefined;
  return { kind: 'refused', code: 'NOT_WRITTEN', message: hindrance };
}
