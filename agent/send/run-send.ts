import os from 'node:os';
import type { Writable } from 'node:stream';
import type { Clock } from '../../platform/clock.ts';
import { ConfigError } from '../../platform/errors.ts';
import { ExitCode } from '../../platform/exit-code.ts';
import { logTo, printable } from '../../platform/log.ts';
import { formatProblem } from '../../platform/problem.ts';
import { version } from '../../platform/version.ts';
import { deliverBatch, unconfirmedOf } from './deliver-batch.ts';
import { openTargets } from './open-targets.ts';
import { readSendArguments } from './read-send-arguments.ts';
import { type InputBatch, ResultInput } from './result-input.ts';
import { sendHelp } from './send-help.ts';
import { sendProtocols } from './send-protocols.ts';
import { SendReport } from './send-report.ts';
import type { SendRequest } from './send-request.ts';
import type { SendTarget } from './send-target.ts';

/** What `nagtail send` has of the world. */
export interface SendWorld {
  readonly stdin: AsyncIterable<Uint8Array> & { readonly isTTY?: boolean };
  readonly stdout: Writable;
  readonly stderr: Writable;
  readonly clock: Clock;
  /** A number from 0 to below 1. */
  readonly random: () => number;
  /** Opens syslog, for those who want messages there. */
  readonly openSyslog: () => Syslog;
}

export interface Syslog {
  readonly send: (message: string) => void;
  readonly close: () => Promise<void>;
}

/** Runs `nagtail send` with the arguments behind that word, and gives its exit code. */
export async function runSend(args: readonly string[], world: SendWorld): Promise<number> {
  const { stdout, stderr } = world;
  const wanted = readSendArguments(args);
  switch (wanted.kind) {
    case 'help':
      stdout.write(sendHelp(wanted.protocol));
      return ExitCode.ok;
    case 'version':
      stdout.write(`${version}\n`);
      return ExitCode.ok;
    case 'licence':
      stdout.write('nagtail is free software under the MIT licence: see the file LICENSE.\n');
      return ExitCode.ok;
    case 'wrong':
      stderr.write(`nagtail send: ${printable(wanted.complaint)}\nTry 'nagtail send --help'.\n`);
      return ExitCode.usage;
    case 'send':
      return await sendAll(wanted.request, world);
  }
}

async function sendAll(request: SendRequest, world: SendWorld): Promise<number> {
  const { stderr, clock } = world;
  const syslog = request.toSyslog ? world.openSyslog() : undefined;
  const say = (message: string) => {
    const line = printable(message);
    if (request.toStandardError || syslog === undefined) stderr.write(`nagtail send: ${line}\n`);
    syslog?.send(line);
  };
  const log = logTo(({ level, message, fields }) => {
    const { host, service } = fields;
    const about = host === undefined ? '' : ` (${host}${service ? `;${service}` : ''})`;
    if (level === 'warn' || level === 'error') say(`${message}${about}`);
  });
  try {
    const targets = openTargets(request, { clock, log, hostName: os.hostname() });
    await delay(request, world);
    return await new Sending(request, targets, { ...world, say }).run();
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    for (const problem of error.problems) stderr.write(`${formatProblem(problem)}\n`);
    return ExitCode.badConfig;
  } finally {
    await syslog?.close();
  }
}

async function delay({ delaySeconds = 0 }: SendRequest, world: SendWorld): Promise<void> {
  const ms = world.random() * delaySeconds * 1000;
  if (ms > 0) await new Promise<void>((resolve) => world.clock.setTimer(ms, resolve));
}

/** One run: from the input to all receivers. */
class Sending {
  readonly #request: SendRequest;
  readonly #targets: readonly SendTarget[];
  readonly #world: SendWorld & { readonly say: (message: string) => void };
  readonly #report: SendReport;
  readonly #failed = new Set<SendTarget>();
  readonly #never = new AbortController().signal;

  constructor(
    request: SendRequest,
    targets: readonly SendTarget[],
    world: SendWorld & { readonly say: (message: string) => void },
  ) {
    this.#request = request;
    this.#targets = targets;
    this.#world = world;
    this.#report = new SendReport(request, sendProtocols[request.protocol], world);
  }

  async run(): Promise<number> {
    const { stdin, say, clock } = this.#world;
    if (stdin.isTTY && this.#request.result === undefined)
      say('reading results from the terminal; Ctrl-D ends them');
    const input = new ResultInput(this.#request, clock);
    try {
      for await (const batch of input.batches(stdin)) {
        for (const fault of batch.faults) this.#report.fault(fault);
        await this.#deliver(batch);
        // Whoever gives us more would wait for it in vain.
        if (this.#failed.size === this.#targets.length) break;
      }
    } finally {
      for (const target of this.#targets) target.close();
    }
    if (input.hint !== undefined) say(`hint: ${input.hint}`);
    return this.#report.end(this.#targets.map(({ name }) => name));
  }

  async #deliver(batch: InputBatch): Promise<void> {
    if (batch.results.length + batch.commands.length === 0) return;
    if (this.#request.failover) await this.#deliverToFirst(batch);
    else await Promise.all(this.#targets.map((target) => this.#deliverTo(target, batch)));
  }

  /** Tries the receivers in their order; each gets what those before it have not answered. */
  async #deliverToFirst(batch: InputBatch): Promise<void> {
    let left = batch;
    for (const target of this.#targets) {
      if (this.#failed.has(target)) continue;
      const isLast = this.#targets.every((one) => one === target || this.#failed.has(one));
      const delivery = await deliverBatch(target, left, this.#never);
      const rest = unconfirmedOf(left, delivery);
      const settled = isLast ? left : without(left, rest);
      this.#report.delivered(target.name, settled, delivery.outcomeOf, delivery.cuts);
      if (delivery.failure === undefined) return;
      this.#fail(target, delivery.failure);
      left = rest;
    }
  }

  async #deliverTo(target: SendTarget, batch: InputBatch): Promise<void> {
    if (this.#failed.has(target)) {
      const outcome = { kind: 'unconfirmed', reason: 'not tried after a failure' } as const;
      this.#report.delivered(target.name, batch, () => outcome, new Map());
      return;
    }
    const { outcomeOf, cuts, failure } = await deliverBatch(target, batch, this.#never);
    this.#report.delivered(target.name, batch, outcomeOf, cuts);
    if (failure !== undefined) this.#fail(target, failure);
  }

  #fail(target: SendTarget, failure: string): void {
    this.#failed.add(target);
    this.#world.say(`cannot send to ${target.name}: ${failure}`);
  }
}

/** A batch without what another one holds. */
function without(batch: InputBatch, other: InputBatch): InputBatch {
  const gone = new Set([...other.results, ...other.commands].map(({ seq }) => seq));
  const stays = ({ seq }: { readonly seq: number }) => !gone.has(seq);
  return {
    results: batch.results.filter(stays),
    commands: batch.commands.filter(stays),
    faults: [],
  };
}
