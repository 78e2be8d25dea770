import type { TestContext } from 'node:test';
import { systemClock } from '../../platform/clock.ts';
import { NagtailError } from '../../platform/errors.ts';
import type { Log } from '../../platform/log.ts';
import { Secret } from '../../platform/secret.ts';
import { admitResult, type ReportedResult } from '../../server-shim/admit/admit-result.ts';
import { Identities, type Identity } from '../../server-shim/admit/identity.ts';
import { compileNamePattern, type NamePattern } from '../../server-shim/admit/name-pattern.ts';
import { Rights } from '../../server-shim/admit/rights.ts';
import { Counters } from '../../server-shim/counters.ts';
import { StreamNumbers } from '../../server-shim/journal/stream-numbers.ts';
import { type CommandIntake, commandIntake } from '../../server-shim/listen/command-intake.ts';
import {
  listenNscaNg,
  type NscaNgListenerOptions,
} from '../../server-shim/listen/nsca-ng-listener.ts';
import type { ResultIntake } from '../../server-shim/listen/result-intake.ts';
import { LogList } from './log-list.ts';

/** A pattern that is known to be a good one. */
function patternOf(text: string): NamePattern {
  const reading = compileNamePattern(text);
  if (!reading.ok) throw new Error(reading.message);
  return reading.pattern;
}

export interface TestIdentity {
  readonly name: string;
  readonly password?: string;
  readonly hosts?: string;
  readonly services?: string;
  readonly commands?: string;
  readonly resultsPerSecond?: number;
}

/** Identities that may say everything where nothing else is given. */
export function identitiesOf(...list: readonly TestIdentity[]): Identities {
  return new Identities(
    list.map(({ name, password = 'secret', resultsPerSecond, ...patterns }) => ({
      name,
      secret: new Secret(Buffer.from(password)),
      rights: new Rights({
        hosts: patternOf(patterns.hosts ?? '.*'),
        services: patternOf(patterns.services ?? '.*'),
        commands: patternOf(patterns.commands ?? '(?!)'),
      }),
      resultsPerSecond,
    })),
  );
}

/**
 * A listener with a journal in memory, which can be held, as when the disk is slow, and
 * can fail.
 */
export async function startNgListener(
  test: TestContext,
  options: Partial<NscaNgListenerOptions> = {},
) {
  const logs = new LogList();
  const counters = new Counters();
  const taken: ReportedResult[] = [];
  const streams = new StreamNumbers();
  const appends: number[] = [];
  let gate: Promise<void> = Promise.resolve();
  let release = () => {};
  let fail = (_error: Error) => {};
  const intake = {
    async take(reported: readonly ReportedResult[], _peer: string, identity?: Identity) {
      await gate;
      appends.push(reported.length);
      return reported.map((report) => {
        const admission = admitResult(report, Math.floor(Date.now() / 1000), identity);
        if (admission.kind === 'refused') return admission;
        const { id } = report;
        if (id !== undefined) {
          if (id.seq <= streams.last(id.stream)) return { kind: 'accepted' as const };
          streams.note(id);
        }
        taken.push(report);
        return { kind: 'accepted' as const };
      });
    },
  };
  const given: string[] = [];
  const commands = commandsTo(given, { intake, log: logs.log, counters });
  const journal = {
    lastSeq: (stream: string) => streams.last(stream),
    lastChecksum: (stream: string) => streams.checksum(stream),
  };
  const identities = identitiesOf({ name: 'web01' });
  const listener = await listenNscaNg(
    { address: '127.0.0.1', port: 0, identities, ...options },
    { intake, commands, journal, log: logs.log, clock: systemClock, counters },
  );
  test.after(() => listener.stop(0));
  return {
    listener,
    logs,
    counters,
    taken,
    /** External commands that were given to Nagios, as lines. */
    given,
    streams,
    appends,
    hold() {
      gate = new Promise((resolve, reject) => {
        release = resolve;
        fail = reject;
      });
      gate.catch(() => {});
    },
    release: () => release(),
    /** Also what it holds fails. */
    fail() {
      const error = new NagtailError('STORE_FAILED', 'the disk is full');
      fail(error);
      gate = Promise.reject(error);
      gate.catch(() => {});
    },
    heal() {
      gate = Promise.resolve();
    },
  };
}

/** Takes commands as a receiver does, and notes in a list what Nagios would get. */
function commandsTo(
  given: string[],
  parts: { readonly intake: ResultIntake; readonly log: Log; readonly counters: Counters },
): CommandIntake {
  return commandIntake({
    ...parts,
    clock: systemClock,
    give: async (line) => {
      given.push(Buffer.from(line).toString('latin1'));
      return undefined;
    },
  });
}
