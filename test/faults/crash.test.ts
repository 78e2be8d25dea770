import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { freePort } from '../support/free-port.ts';
import { SeededRandom, seedOfRun } from '../support/seeded-random.ts';
import { tempDir } from '../support/temp-dir.ts';
import { waitFor } from '../support/wait-for.ts';
import { crashLine } from './crash-load.ts';
import { type CrashProtocol, CrashWorld } from './crash-world.ts';

// KILLS=200 SEED=n scripts/test test/faults/crash.test.ts is the long run; the seed replays
// what is done, although not at which instruction a process dies.
const kills = Number(process.env['KILLS'] ?? 10);
const seed = seedOfRun();

/** For all results to arrive after the last disturbance, and for a start on a busy machine. */
const patienceMs = 120_000;
const timeout = patienceMs + kills * 10_000;

const misdeeds = [
  'kill the agent',
  'kill the agent',
  'kill the receiver',
  'kill the receiver',
  'kill both',
  'hold the receiver',
  'hold Nagios',
  'rotate',
] as const;

/** Does something bad, after a while in which things go on as usual: the moment is left to chance. */
async function disturb(world: CrashWorld, random: SeededRandom): Promise<number> {
  // Now and then a program dies again while it starts.
  if (random.below(4) > 0) await world.atWork();
  await delay(random.below(700));
  const misdeed = random.pick(misdeeds);
  switch (misdeed) {
    case 'kill the agent':
      await world.killAgent();
      return 1;
    case 'kill the receiver':
      await world.killShim();
      return 1;
    case 'kill both':
      await Promise.all([world.killAgent(), world.killShim()]);
      return 2;
    case 'hold the receiver':
      world.holdShim(true);
      await delay(random.below(500));
      world.holdShim(false);
      return 0;
    case 'hold Nagios':
      world.holdReader(true);
      await delay(random.below(500));
      world.holdReader(false);
      return 0;
    case 'rotate':
      world.rotate();
      return 0;
  }
}

/** Lets chance disturb it until enough was killed; gives all lines that were logged. */
async function disturbedRun(world: CrashWorld, random: SeededRandom): Promise<string[]> {
  const lines: string[] = [];
  for (let killed = 0; killed < kills; ) {
    const added = Array.from({ length: random.below(80) }, (_, index) =>
      crashLine(random, lines.length + index),
    );
    world.append(added);
    lines.push(...added);
    killed += await disturb(world, random);
  }
  // Its result comes last of all: the event is due a second later.
  const last = `later last ${lines.length}`;
  world.append([last]);
  return [...lines, last];
}

/** What the same lines give when nothing is disturbed. */
async function undisturbedRun(
  t: TestContext,
  folder: string,
  lines: readonly string[],
): Promise<string[]> {
  const world = new CrashWorld(t, folder, { protocol: 'nsca', port: await freePort() });
  world.append(lines);
  await world.start();
  const last = `PROCESS_SERVICE_CHECK_RESULT;web;later last;0;${lines.length - 1}`;
  await waitFor(
    'the last result',
    () => world.commands,
    (commands) => commands.includes(last),
    patienceMs,
  );
  await world.stop();
  return world.commands;
}

/** Commands of each service, in order. */
function byService(commands: readonly string[]): Map<string, string[]> {
  const services = new Map<string, string[]>();
  for (const command of commands) {
    const service = command.split(';')[2] ?? '';
    services.set(service, [...(services.get(service) ?? []), command]);
  }
  return new Map([...services].sort());
}

const unique = (list: readonly string[]) => [...new Set(list)];

for (const protocol of ['nsca', 'nsca-ng', 'nrdp'] satisfies CrashProtocol[]) {
  const promise = protocol === 'nsca-ng' ? 'exactly once' : 'at least once';
  test(`${protocol}: ${kills} kills, ${promise} (SEED=${seed})`, { timeout }, async (t) => {
    const folders = { disturbed: path.join(tempDir(t), 'a'), other: path.join(tempDir(t), 'b') };
    for (const folder of Object.values(folders)) mkdirSync(folder);
    const random = new SeededRandom(seed);
    const world = new CrashWorld(t, folders.disturbed, { protocol, port: await freePort() });
    await world.start();
    const lines = await disturbedRun(world, random);
    const expected = await undisturbedRun(t, folders.other, lines);
    await waitFor(
      `${expected.length} results`,
      () => unique(world.commands).length,
      (count) => count >= expected.length,
      patienceMs,
    ).catch((error: unknown) => {
      const missing = expected.filter((command) => !world.commands.includes(command));
      throw new Error(`${String(error)}\nmissing: ${missing.join('\n')}\n${world.said}`);
    });
    await world.stop();
    const { commands } = world;
    const repeated = commands.length - unique(commands).length;
    t.diagnostic(`${lines.length} lines, ${expected.length} results, ${repeated} repeated`);
    // NSCA and NRDP have no numbers: what was on its way without an answer is sent again.
    const arrived = protocol === 'nsca-ng' ? commands : unique(commands);
    assert.deepEqual(byService(arrived), byService(expected));
  });
}
