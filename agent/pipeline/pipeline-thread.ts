import path from 'node:path';
import { parentPort, workerData } from 'node:worker_threads';
import { systemClock, unixSeconds } from '../../platform/clock.ts';
import { messageOf } from '../../platform/errors.ts';
import { type Log, logTo } from '../../platform/log.ts';
import { formatProblem, type Problem } from '../../platform/problem.ts';
import { openStore } from '../../platform/sqlite-store.ts';
import { FileWriter } from '../effects/file-writer.ts';
import { ProcessStarter } from '../effects/process-starter.ts';
import { RealHost } from '../effects/real-host.ts';
import { SocketWriter } from '../effects/socket-writer.ts';
import { outboxFile, outboxSchema } from '../outbox/outbox-schema.ts';
import { OutboxWriter } from '../outbox/outbox-writer.ts';
import { LazyPerl } from '../perl/lazy-perl.ts';
import { agentExtensions } from '../rules/agent-extensions.ts';
import { RuleSet, type RuleSetReading } from '../rules/rule-set.ts';
import { defaultEngineOptions, Engine } from '../sec/engine/engine.ts';
import type { CheckedRuleFile } from '../sec/engine/rule.ts';
import { Committer } from './committer.ts';
import { forgetState, keepState } from './keep-state.ts';
import { Pipeline } from './pipeline.ts';
import type { FromPipeline, PipelineConfig, ToPipeline } from './pipeline-messages.ts';
import { openInputsAgain, positionsOf } from './saved-positions.ts';

/*
 * The thread that inputs, rules and outbox run in. It is a thread of its own so
 * that the main one can deliver, answer and, should a regular expression never
 * end, stop it from outside.
 */

/** The pause before looking again when there was nothing to do, in milliseconds; SEC's own. */
const idlePauseMs = 100;

/** The pause after a hint that there is something new, in milliseconds: what comes with it goes with it. */
const hintPauseMs = 5;

function tell(message: FromPipeline): void {
  parentPort?.postMessage(message);
}

function main(config: PipelineConfig): void {
  const log: Log = logTo((record) => tell({ kind: 'log', record }));
  const fileWriter = new FileWriter(log);
  const perlSource = new LazyPerl({ log, onOutput: (text) => fileWriter.write('-', text) });
  const language = {
    get perl() {
      return perlSource.perl;
    },
    extensions: agentExtensions(config),
  };
  const ruleSet = new RuleSet(config.rules, config.rulesPlace, language);
  const { files, problems } = ruleSet.read();
  tellProblems(problems, log);
  const store = path.join(config.stateDir, outboxFile);
  const database = openStore(store, outboxSchema);
  const outbox = new OutboxWriter(database, config.queue);
  const sockets = new SocketWriter(log);
  const processes = new ProcessStarter(log, {
    onLines: (number, lines) => engine.childPrinted(number, lines),
    onEnd: (number, exitCode) => engine.childEnded(number, exitCode, unixSeconds(systemClock)),
  });
  const host = new RealHost({ files: fileWriter, processes, sockets, outbox, log });
  const options = {
    ...defaultEngineOptions,
    // As in SEC: one input with a context of its own gives all lines theirs.
    internalContexts: config.inputs.some(({ context }) => context !== undefined),
  };
  let engine = new Engine({ files, host, perlSource, options });
  const parts = { database, file: store, clock: systemClock, log };
  const state = config.state === 'keep' ? keepState(engine, parts) : undefined;
  if (state === undefined) forgetState(database);
  let onHint = () => {};
  const inputs = openInputsAgain(config.inputs, parts, () => onHint());
  const savables = [positionsOf(inputs, database), ...(state === undefined ? [] : [state])];
  const pipeline = new Pipeline({
    inputs,
    engine,
    files: fileWriter,
    committer: new Committer({ database, outbox, savables, clock: systemClock, log }),
    clock: systemClock,
    log,
  });
  tell({ kind: 'ready', rules: countRules(files), inputs: inputs.sources.length });
  const reload = () => {
    const before = engine;
    const reading = ruleSet.read();
    engine = new Engine({ files: reading.files, host, perlSource, options });
    engine.takeOver(before, reading.changed);
    engine.takeOverLines(before);
    pipeline.useEngine(engine);
    state?.useEngine(engine);
    tellReload(reading, log);
  };
  const close = () => {
    inputs.close();
    fileWriter.close();
    processes.stop();
    sockets.closeAll();
    perlSource.close();
    database.close();
  };
  onHint = loop(pipeline, { reload, close });
}

function countRules(files: readonly CheckedRuleFile[]): number {
  return files.reduce((sum, file) => sum + file.rules.length, 0);
}

function tellProblems(problems: readonly Problem[], log: Log): void {
  for (const problem of problems) {
    const tellProblem = problem.severity === 'error' ? log.error : log.warn;
    tellProblem('RULE_PROBLEM', formatProblem(problem));
  }
}

function tellReload({ files, problems, changed, kept }: RuleSetReading, log: Log): void {
  tellProblems(problems, log);
  for (const file of kept) {
    log.error('RULES_KEPT', `${file} has errors now: its rules go on as they were before`, {
      file,
    });
  }
  const rules = countRules(files);
  const message = `looked at the rule files again: ${rules} rules run, ${changed.size} files changed`;
  log.info('RULES_RELOADED', message, { rules, changed: changed.size });
}

/**
 * Turns until it is told to stop or no input is left; each turn lets children and messages
 * through. The function that it returns makes the next turn come soon.
 */
function loop(
  pipeline: Pipeline,
  { reload, close }: { readonly reload: () => void; readonly close: () => void },
): () => void {
  let nextTurn: NodeJS.Timeout | undefined;
  /** True while the next turn waits for its time only because there was nothing to do. */
  let isIdle = false;
  const finish = () => {
    clearTimeout(nextTurn);
    isIdle = false;
    if (pipeline.finish() > 0) tell({ kind: 'results' });
    close();
    tell({ kind: 'finished' });
    // After the last message: a closed port sends none.
    parentPort?.close();
  };
  const turn = () => {
    isIdle = false;
    try {
      const done = pipeline.turn();
      if (done.results > 0) tell({ kind: 'results' });
      if (done.lines === 0 && pipeline.ended) finish();
      else {
        const pause = Math.min(idlePauseMs, pipeline.commitDueInMs);
        isIdle = done.lines === 0;
        nextTurn = setTimeout(turn, isIdle ? pause : 0);
      }
    } catch (error) {
      fail(error);
    }
  };
  parentPort?.on('message', ({ kind }: ToPipeline) => {
    if (kind === 'reload') reload();
    else finish();
  });
  turn();
  return () => {
    if (!isIdle) return;
    isIdle = false;
    clearTimeout(nextTurn);
    nextTurn = setTimeout(turn, hintPauseMs);
  };
}

function fail(error: unknown): void {
  tell({ kind: 'failed', message: messageOf(error) });
  parentPort?.close();
}

try {
  // The only sender is start-pipeline.ts of this same program.
  main(workerData as PipelineConfig);
} catch (error) {
  fail(error);
}
