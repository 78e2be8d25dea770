import { type ChildProcess, fork } from 'node:child_process';
import path from 'node:path';
import { endsWithUs } from './run-in-group.ts';

/** A case that takes longer has no end, in milliseconds of a machine that may be busy. */
const longestCaseMs = 60_000;

/** What is wrong with a case. */
export interface EngineProblem {
  readonly problem: string;
}

/** What an engine process is asked, and what it answers. */
export type EngineAnswer = { readonly transcript: string } | EngineProblem;

/**
 * `nagtail simulate` for many cases, one after the other in one process: starting
 * one takes longer than running a case.
 */
export class EngineProcess implements Disposable {
  #child: ChildProcess | undefined;

  /** What nagtail prints for a case, one byte a character. */
  async transcript(file: string): Promise<string | EngineProblem> {
    const child = this.#child ?? start();
    this.#child = child;
    const answer = await answerOf(child, path.resolve(file));
    if ('problem' in answer) {
      // Whatever went wrong shall not touch the next case.
      child.kill('SIGKILL');
      this.#child = undefined;
      return answer;
    }
    return answer.transcript;
  }

  [Symbol.dispose](): void {
    this.#child?.kill('SIGKILL');
  }
}

/** What perl warns of on standard error is no part of a transcript. */
function start(): ChildProcess {
  const program = path.join(import.meta.dirname, 'simulate-cases.ts');
  const [execPath, ...words] = endsWithUs;
  const execArgv = [...words, process.execPath, ...process.execArgv];
  return fork(program, { execPath, execArgv, stdio: ['ignore', 'inherit', 'ignore', 'ipc'] });
}

function answerOf(child: ChildProcess, file: string): Promise<EngineAnswer> {
  return new Promise((resolve) => {
    const settle = (answer: EngineAnswer) => {
      clearTimeout(timer);
      child.removeAllListeners();
      resolve(answer);
    };
    const late = () => settle({ problem: `took longer than ${longestCaseMs / 1000} s` });
    const timer = setTimeout(late, longestCaseMs);
    child.once('exit', (code, signal) => {
      settle({ problem: `the process ended with ${signal ?? `code ${code}`}` });
    });
    child.once('message', (answer: EngineAnswer) => settle(answer));
    child.send(file);
  });
}
