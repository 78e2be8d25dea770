import assert from 'node:assert/strict';
import { existsSync, renameSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { peer } from '../support/peers.ts';
import { comparableLog, type SecProgramName, SecRun, secPrograms } from '../support/sec-run.ts';
import { tempDir } from '../support/temp-dir.ts';
import { waitFor } from '../support/wait-for.ts';

/* Signals, as with the real SEC: what is told, what is written, what is kept. */

const sec = peer('sec');

const rules = `
type=Single
ptype=RegExp
pattern=^a (\\S+)
desc=got $1
action=write - %s %v; create C_$1; assign %v set

type=SingleWithThreshold
ptype=RegExp
pattern=^b (\\S+)
desc=b $1
action=write - B $1
window=100
thresh=3

type=Single
ptype=RegExp
pattern=^context (\\S+)
context=C_$1
desc=context $1
action=write - there %s

type=Single
ptype=RegExp
pattern=^mark (\\S+)
desc=mark $1
action=write - mark $1

type=Single
ptype=RegExp
pattern=^spawn
desc=spawn
action=shellcmd sleep 100

type=Single
ptype=RegExp
pattern=^emulate (\\S+)
desc=emulate $1
action=sigemul $1

type=Single
ptype=RegExp
pattern=^(SEC_\\S+)
desc=$1
action=write - %s
`;

interface Scene {
  readonly run: SecRun;
  readonly folder: string;
  /** Gives lines to the program and waits until they went through the rules. */
  feed(...lines: readonly string[]): Promise<void>;
  /** Sends a signal and waits for what is logged of it. */
  signal(name: NodeJS.Signals, logged: string, times?: number): Promise<void>;
}

interface Play {
  readonly name: string;
  readonly args?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly play: (scene: Scene) => Promise<void>;
}

const plays: readonly Play[] = [
  {
    name: 'TERM while idle',
    play: async () => {},
  },
  {
    name: 'HUP forgets everything and reads the rules anew',
    play: async ({ feed, signal, folder }) => {
      await feed('a 1', 'b 1', 'b 1');
      writeFileSync(
        path.join(folder, 'b.sec'),
        'type=Single\nptype=RegExp\npattern=^new\ndesc=new\naction=write - new\n',
      );
      await signal('SIGHUP', 'Reading configuration from b.sec');
      await feed('a 2', 'b 1', 'context 1', 'new');
    },
  },
  {
    name: 'HUP ends processes',
    play: async ({ feed, signal }) => {
      await feed('spawn');
      await signal('SIGHUP', 'Sending SIGTERM to process');
      await feed('a 1');
    },
  },
  {
    name: 'ABRT keeps what has not changed',
    play: async ({ feed, signal }) => {
      await feed('a 1', 'b 1', 'b 1');
      await signal('SIGABRT', 'already open');
      await feed('a 2', 'b 1', 'context 1');
    },
  },
  {
    name: 'ABRT drops the operations of a file that has changed',
    play: async ({ feed, signal, folder }) => {
      await feed('a 1', 'b 1', 'b 1');
      utimesSync(path.join(folder, 'a.sec'), 0, 1_000_000_000);
      await signal('SIGABRT', 'already open');
      await feed('b 1', 'context 1', 'a 2');
    },
  },
  {
    name: 'ABRT notices files that came and went',
    play: async ({ feed, signal, folder }) => {
      writeFileSync(path.join(folder, 'b.sec'), 'type=Nonsense\n');
      renameSync(path.join(folder, 'a.sec'), path.join(folder, 'c.sec'));
      await signal('SIGABRT', 'already open');
      await feed('a 1');
      rmSync(path.join(folder, 'b.sec'));
      await signal('SIGABRT', 'already open', 2);
      await feed('a 2');
    },
  },
  {
    name: 'USR2 begins the log anew',
    play: async ({ feed, signal, folder }) => {
      await feed('a 1');
      renameSync(path.join(folder, 'log'), path.join(folder, 'log.1'));
      await signal('SIGUSR2', '', 0);
      await feed('a 2');
    },
  },
  {
    name: 'INT goes through the levels',
    play: async ({ feed, signal }) => {
      const levels = [1, 2, 3, 4, 5, 6, 1];
      for (const [index, level] of levels.entries()) {
        await signal('SIGINT', `to ${level}`, index === 6 ? 2 : 1);
        // SEC may lose a signal that comes while it handles one.
        await feed();
      }
      await feed('a 1');
    },
  },
  {
    name: 'internal events around signals',
    args: ['--intevents', '--nochildterm'],
    play: async ({ feed, signal, run }) => {
      await signal('SIGHUP', 'Opening input file in', 2);
      await run.wrote('SEC_RESTART');
      await signal('SIGABRT', 'already open');
      await run.wrote('SEC_SOFTRESTART');
      await signal('SIGUSR2', 'closing outputs');
      await run.wrote('SEC_LOGROTATE');
      await feed('a 1');
    },
  },
  {
    name: 'emulated signals',
    play: async ({ feed, run }) => {
      await feed('a 1', 'emulate ABRT', 'b 1', 'context 1');
      await run.logged('already open');
      await feed('emulate INT');
      await run.logged('SIGINT');
      await feed('emulate NONE');
    },
  },
  {
    name: 'options are read anew from the resource file',
    environment: { SECRC: 'rc' },
    play: async ({ feed, folder, run }) => {
      await feed('a 1');
      writeFileSync(path.join(folder, 'rc'), '--debug=3\n--log=other\n');
      run.kill('SIGABRT');
      await waitFor('the other log', () => existsSync(path.join(folder, 'other')));
      await feed('a 2');
      writeFileSync(path.join(folder, 'rc'), '--debug=4\n--log=other\n--what\n');
      run.kill('SIGHUP');
      await run.logged('Reading configuration', 1, 'other');
      // SEC may forget a signal that comes while it handles another: a line shows that it has done.
      await feed('a 3');
      run.kill('SIGINT');
      await run.logged('SIGINT', 1, 'other');
    },
  },
];

/** Starts a program with these rules and waits until it looks for lines. */
async function start(
  t: TestContext,
  program: SecProgramName,
  { args = [], environment = {} }: Play,
): Promise<Scene> {
  const folder = tempDir(t);
  writeFileSync(path.join(folder, 'a.sec'), rules);
  writeFileSync(path.join(folder, 'in'), '');
  writeFileSync(path.join(folder, 'rc'), '');
  const given = ['--conf=*.sec', '--input=in', '--log=log', '--poll-timeout=0.02', ...args];
  const run = new SecRun(t, program, { folder, args: given, environment });
  let marks = 0;
  const scene: Scene = {
    run,
    folder,
    async feed(...lines) {
      // An input that is opened at its end does not get what was written before:
      // knock until somebody answers. The mark shows that all lines went through the rules.
      const knock = `mark knock${++marks}`;
      await waitFor('the program to read', () => {
        if (run.stdout.includes(`${knock}\n`)) return true;
        run.append('in', `${knock}\n`);
        return false;
      });
      const mark = `mark m${marks}`;
      run.append('in', [...lines, mark].map((line) => `${line}\n`).join(''));
      await run.wrote(`${mark}\n`);
    },
    async signal(name, logged, times = 1) {
      run.kill(name);
      if (times > 0) await run.logged(logged, times);
    },
  };
  await scene.feed();
  return scene;
}

describe('signals do what they do with SEC', { skip: sec.skip }, () => {
  for (const one of plays) {
    test(one.name, async (t) => {
      const runs = secPrograms.map(async (program) => {
        const scene = await start(t, program, one);
        await one.play(scene);
        const end = await scene.run.stop();
        const logs = ['log', 'log.1', 'other'].map((name) => comparableLog(scene.run.logIn(name)));
        const stdout = scene.run.stdout.replace(/^mark knock.*\n/gm, '');
        return { ...end, stdout, stderr: scene.run.stderr, logs };
      });
      const [expected, actual] = await Promise.all(runs);
      assert.deepEqual(withoutDetails(actual), withoutDetails(expected));
    });
  }
});

/** Without what is told at the levels 5 and 6 of each single action. */
function withoutDetails(result: { readonly logs: readonly string[][] } | undefined) {
  const detail =
    /^(?:Assigning|Variable|Writing|Executing|Emulating|Creating context|Child PID created)/;
  const logs = result?.logs.map((lines) => lines.filter((line) => !detail.test(line)));
  return { ...result, logs };
}
