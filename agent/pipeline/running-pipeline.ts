import path from 'node:path';
import { systemClock, unixSeconds } from '../../platform/clock.ts';
import type { Log } from '../../platform/log.ts';
import { openStore } from '../../platform/sqlite-store.ts';
import { FileWriter } from '../effects/file-writer.ts';
import { ProcessStarter } from '../effects/process-starter.ts';
import { RealHost, type RealHostParts } from '../effects/real-host.ts';
import { SocketWriter } from '../effects/socket-writer.ts';
import { outboxFile, outboxSchema } from '../outbox/outbox-schema.ts';
import { OutboxWriter } from '../outbox/outbox-writer.ts';
import { LazyPerl } from '../perl/lazy-perl.ts';
import { defaultEngineOptions, Engine } from '../sec/engine/engine.ts';
import { AgentService } from './agent-service.ts';
import { Committer } from './committer.ts';
import { Heartbeat } from './heartbeat.ts';
import { forgetState, type KeptState, keepState } from './keep-state.ts';
import { Pipeline, type Turn } from './pipeline.ts';
import type { FromPipeline, PipelineStart } from './pipeline-messages.ts';
import { type PipelineStats, pipelineStats } from './pipeline-stats.ts';
import { type ChangeableInputs, RuleInputs } from './rule-inputs.ts';
import { RunningRules } from './running-rules.ts';
import { openInputsAgain, positionsOf } from './saved-positions.ts';
import { WorkNotes } from './work-notes.ts';

export interface RunningPipelineParts extends PipelineStart {
  readonly log: Log;
  readonly tell: (message: FromPipeline) => void;
  /** There may be new lines. */
  readonly onHint: () => void;
}

/** The pipeline with the real world around it. */
export class RunningPipeline {
  readonly pipeline: Pipeline;
  readonly #parts: RunningPipelineParts;
  readonly #watch: WorkNotes;
  readonly #files: FileWriter;
  readonly #perlSource: LazyPerl;
  readonly #processes: ProcessStarter;
  readonly #host: RealHost;
  readonly #rules: RunningRules;
  readonly #service: AgentService;
  readonly #heartbeat: Heartbeat;
  readonly #state: KeptState;
  readonly #stats: () => PipelineStats;
  readonly #closeOutputs: () => void;
  readonly #close: () => void;
  #engine: Engine;

  /** Opens everything, and commits where it begins. */
  constructor(parts: RunningPipelineParts) {
    const { config, notes, after, log, tell } = parts;
    this.#parts = parts;
    const watch = new WorkNotes(notes);
    this.#watch = watch;
    this.#files = new FileWriter(log);
    const onOutput = (text: string) => this.#files.write('-', text);
    this.#perlSource = new LazyPerl({ log, onOutput, watch: watch.perl });
    this.#rules = new RunningRules({ config, perlSource: this.#perlSource, after, log });
    const file = path.join(config.stateDir, outboxFile);
    const database = openStore(file, outboxSchema);
    const stored = { database, file, clock: systemClock, log };
    const outbox = new OutboxWriter(database, config.queue);
    const sockets = new SocketWriter(log, this.#perlSource);
    const processes = this.#makeProcesses();
    this.#processes = processes;
    this.#host = this.#makeHost({ processes, sockets, outbox }, () => inputs);
    this.#engine = this.#makeEngine();
    // Rules that begin anew at each start go on all the same when a thread takes another's place.
    if (config.state === 'forget' && after === undefined) forgetState(database);
    this.#state = keepState(this.#engine, stored);
    const { hostName, agentService, heartbeatSeconds } = config;
    this.#service = new AgentService({ ...stored, outbox, hostName, service: agentService });
    this.#heartbeat = new Heartbeat({
      intervalS: heartbeatSeconds,
      hostName,
      clock: systemClock,
      beat: () => this.#service.beat(this.stats),
    });
    const inputs = openInputsAgain(config.inputs, stored, parts.onHint);
    const savables = [positionsOf(inputs, database), this.#state, this.#service];
    const committer = new Committer({ ...stored, outbox, savables });
    const { clock } = stored;
    this.pipeline = new Pipeline({
      inputs,
      engine: this.#engine,
      files: this.#files,
      committer,
      clock,
      log,
    });
    this.#stats = () =>
      pipelineStats({
        inputs,
        pipeline: this.pipeline,
        engine: this.#engine,
        matches: watch.matches,
        suspendedRules: this.#rules.suspended.size,
        ruleLoad: this.#rules.load,
        commands: processes.counts,
        committer,
      });
    this.#closeOutputs = () => {
      this.#files.closeOutputs();
      sockets.closeAll();
    };
    this.#close = () => {
      inputs.close();
      this.#files.close();
      processes.stop();
      sockets.closeAll();
      this.#perlSource.close();
      database.close();
    };
    this.#tellRules();
    // Whoever has to take this thread's place begins where it began.
    if (committer.commit() > 0) tell({ kind: 'results' });
    tell({ kind: 'ready', rules: this.#rules.count, inputs: inputs.sources.length });
  }

  /** Handles what is there now; see Pipeline. */
  turn(): Turn {
    this.#heartbeat.beatIfDue();
    const turn = this.pipeline.turn();
    this.#processes.readOn();
    return turn;
  }

  /** Looks at the rule files again. */
  reload(): void {
    const before = this.#engine;
    const changed = this.#rules.reload();
    this.#engine = this.#makeEngine();
    this.#engine.takeOver(before, changed);
    this.#engine.takeOverLines(before);
    this.pipeline.useEngine(this.#engine);
    this.#state.useEngine(this.#engine);
    this.#tellRules();
  }

  /** Closes files and sockets that rules write to; what is written next opens them again. */
  closeOutputs(): void {
    this.#closeOutputs();
  }

  /** How it stands now. */
  get stats(): PipelineStats {
    return this.#stats();
  }

  close(): void {
    this.#close();
  }

  #makeHost(
    outputs: Pick<RealHostParts, 'processes' | 'sockets' | 'outbox'>,
    inputs: () => ChangeableInputs,
  ): RealHost {
    const { log, tell } = this.#parts;
    return new RealHost({
      ...outputs,
      files: this.#files,
      inputs: new RuleInputs({
        inputs,
        onDropped: (source) => this.#engine.inputDropped(source),
        tell: (text) => this.#host.log(3, text),
      }),
      onSignal: (name) => tell({ kind: 'signal', name }),
      log,
    });
  }

  /** What processes say and how they end is an event: then the next turn has to come soon. */
  #makeProcesses(): ProcessStarter {
    const { log, onHint } = this.#parts;
    return new ProcessStarter(log, {
      onLines: (number, lines) => {
        this.#engine.childPrinted(number, lines);
        onHint();
      },
      onEnd: (number, code) => {
        this.#engine.childEnded(number, code, unixSeconds(systemClock));
        onHint();
      },
      waitingEvents: () => this.#engine.events.readyCount,
    });
  }

  #makeEngine(): Engine {
    const { files, suspended } = this.#rules;
    const options = {
      ...defaultEngineOptions,
      // As in SEC: one input with a context of its own gives all lines theirs.
      internalContexts: this.#parts.config.inputs.some(({ context }) => context !== undefined),
    };
    return new Engine({
      files,
      suspended,
      host: this.#host,
      perlSource: this.#perlSource,
      options,
      watch: this.#watch,
    });
  }

  /** Tells the main thread what runs, and the agent's own service what does not. */
  #tellRules(): void {
    this.#watch.useRules(this.#rules.count);
    this.#parts.tell({ kind: 'rules', rules: this.#rules.carriedOver });
    this.#service.report(this.#rules.trouble);
  }
}
