import type { ByteString } from '../../../protocol/byte-string.ts';
import { runActions } from '../actions/run-actions.ts';
import { type ActionOrigin, Context } from '../contexts/context.ts';
import { ContextStore } from '../contexts/context-store.ts';
import { expireContext, isOver } from '../contexts/expire-context.ts';
import { OperationStore } from '../operations/operation-store.ts';
import type { Perl, PerlSource } from '../perl/perl.ts';
import type { LineFilter } from '../prefilter/line-filter.ts';
import type { Match } from '../substitute/match.ts';
import { BegunWork } from './begun-work.ts';
import { Children } from './children.ts';
import type { CurrentLine } from './current-line.ts';
import { EventQueue, type SyntheticEvent } from './event-queue.ts';
import type { Host } from './host.ts';
import { LineWindow } from './line-window.ts';
import { LineWindows } from './line-windows.ts';
import type { CheckedRuleFile, Rule } from './rule.ts';
import { RuleProcessor } from './rule-processor.ts';
import { type RuleWatch, unwatched } from './rule-watch.ts';
import type { EngineOptions, Runtime } from './runtime.ts';
import { Variables } from './variables.ts';

/** SEC's defaults. */
export const defaultEngineOptions: EngineOptions = {
  eventStoreSize: 0,
  quoting: false,
  internalContexts: false,
  jointBuffer: false,
  bufferSize: undefined,
  prefilter: true,
};

export interface EngineParts {
  /** In the order in which a line passes through them. */
  readonly files: readonly CheckedRuleFile[];
  readonly host: Host;
  /** For rules that hold Perl. */
  readonly perlSource?: PerlSource;
  readonly options?: EngineOptions;
  /** Rules that are tried on no line, and do nothing any more; what they have in hand ends without its actions. */
  readonly suspended?: ReadonlySet<Rule> | undefined;
  /** Is told which rule is at work. */
  readonly watch?: RuleWatch | undefined;
  /** When the program began: internal contexts say so. Without it, when the first one is needed. */
  readonly startedAt?: number | undefined;
}

/** The context that exists while an internal event is handled. */
const internalEventsContext: ByteString = 'SEC_INTERNAL_EVENT';

/**
 * Runs rule files on lines and on time. Pure: what is to be done goes to the host,
 * and the time comes with each call, Unix time in whole seconds.
 */
export class Engine implements Runtime {
  readonly options: EngineOptions;
  readonly host: Host;
  contexts = new ContextStore();
  operations = new OperationStore();
  events = new EventQueue();
  children = new Children();
  variables = new Variables();
  readonly matchCache = new Map<ByteString, Match>();
  time = 0;
  line: CurrentLine = {
    window: new LineWindow(1),
    source: undefined,
    joint: false,
    internalContext: undefined,
  };
  /** The rule files that it runs. */
  readonly files: readonly CheckedRuleFile[];
  readonly #perlSource: PerlSource | undefined;
  readonly #processor: RuleProcessor;
  readonly #clockRules: readonly { readonly rule: Rule; readonly origin: ActionOrigin }[];
  readonly #begunWork: BegunWork;
  #startedAt: number | undefined;
  /** The lines that patterns can look back at. */
  readonly windows: LineWindows;

  constructor(parts: EngineParts) {
    const { files, host, perlSource, options = defaultEngineOptions } = parts;
    const { suspended, watch, startedAt } = parts;
    this.#startedAt = startedAt;
    this.host = host;
    this.files = files;
    this.#perlSource = perlSource;
    this.options = options;
    const prefilters = options.prefilter;
    this.#processor = new RuleProcessor(files, { prefilters, suspended, watch });
    this.#clockRules = files.flatMap(clockRulesOf);
    this.#begunWork = new BegunWork(files, watch ?? unwatched, suspended);
    this.windows = new LineWindows(windowSize(files, options), options.jointBuffer);
  }

  /** The interpreter, where the host has one. */
  get perl(): Perl | undefined {
    return this.#perlSource?.perl;
  }

  /**
   * Takes one line of an input through all rules.
   * @param inputContext the name of its internal context, when the input has one of its own
   */
  process(line: ByteString, source: ByteString, time: number, inputContext?: ByteString): void {
    const { internalContexts } = this.options;
    const context = internalContexts ? (inputContext ?? `_FILE_EVENT_${source}`) : undefined;
    this.#processLine(line, source, context, time);
  }

  /**
   * What finds the lines that process() has to be called for, by their bytes; undefined when
   * that are all lines. It holds until the next call of process(), processEvent() or housekeep().
   */
  get lineFilter(): LineFilter | undefined {
    return this.#processor.lineFilter(this);
  }

  /**
   * Takes lines that the line filter has left out.
   * @param lines the last of them: as many as windows hold, if there are as many
   * @param inputContext as for process()
   */
  passOver(
    lines: readonly ByteString[],
    source: ByteString,
    time: number,
    inputContext?: ByteString,
  ): void {
    this.time = time;
    const window = this.windows.of(source);
    for (const line of lines) window.push(line, source);
    if (this.matchCache.size > 0) this.matchCache.clear();
    const internalContext = this.options.internalContexts
      ? (inputContext ?? `_FILE_EVENT_${source}`)
      : undefined;
    const { joint } = this.windows;
    this.line = { window, source, joint, internalContext };
  }

  /** Takes one waiting synthetic event through all rules; false when none waits. */
  processEvent(time: number): boolean {
    const event = this.events.take();
    if (event === undefined) return false;
    const context = this.options.internalContexts ? event.internalContext : undefined;
    this.#processLine(event.text, undefined, context, time);
    return true;
  }

  /** An event about the program itself, such as SEC_STARTUP: handled at once. */
  processInternalEvent(name: ByteString, time: number): void {
    this.#processLine(name, undefined, internalEventsContext, time);
  }

  /**
   * What is done once a second: contexts that are over end, delayed events get
   * their turn, Calendar rules act, windows that are over end or move.
   */
  housekeep(time: number): void {
    this.time = time;
    this.#expireContexts(time);
    this.events.releaseDue(time, this.#tellEvent);
    for (const { rule, origin } of this.#clockRules) {
      this.#begunWork.run(origin, () => rule.tick?.(this));
    }
    this.#expireOperations(time);
  }

  /** A process that rules started has printed lines. */
  childPrinted(number: number, lines: readonly ByteString[]): void {
    const context = this.children.get(number)?.eventContext;
    if (context === undefined) return;
    for (const text of lines) this.events.push({ text, internalContext: context });
  }

  /** A process that rules started has ended. */
  childEnded(number: number, exitCode: number, time: number): void {
    const outcomes = this.children.get(number)?.outcomes;
    this.children.remove(number);
    if (outcomes === undefined) return;
    this.time = time;
    const { success, failure, description, origin } = outcomes;
    const actions = exitCode === 0 ? success : failure;
    this.#begunWork.run(origin, () => runActions(actions, { runtime: this, description, origin }));
  }

  /**
   * Goes on where another engine was, which must not be used any more: contexts,
   * variables and events, and the operations of all rule files but the given ones.
   */
  takeOver(before: Engine, except: ReadonlySet<string>): void {
    before.operations.removeFiles(except);
    this.operations = before.operations;
    this.contexts = before.contexts;
    this.variables = before.variables;
    this.events = before.events;
    this.children = before.children;
  }

  /** Keeps the lines that another engine has seen last, for patterns over several lines. */
  takeOverLines(before: Engine): void {
    this.windows.takeOver(before.windows);
  }

  /**
   * The clock was set back: windows, lifetimes and delays keep what was left of them. SEC
   * lets them last longer by as much as the clock went back, which may be years.
   */
  clockSetBack(seconds: number): void {
    this.operations.shift(-seconds);
    this.contexts.shift(-seconds);
    this.events.shift(-seconds);
  }

  /**
   * After a restart, instead of the first `housekeep`: what ended while nothing ran ends
   * now, in the order in which it was due.
   */
  catchUp(time: number): void {
    this.time = time;
    for (;;) {
      const { nextDueAt: context = Infinity } = this.contexts;
      const { nextDueAt: operation = Infinity } = this.operations;
      const due = Math.min(context, operation);
      if (due > time) break;
      this.#expireContexts(due);
      this.#expireOperations(due);
    }
    this.events.releaseDueInOrder(time, this.#tellEvent);
    this.housekeep(time);
  }

  /** Begins to note what changes, for who saves it. */
  track(): void {
    this.operations.changes.track(this.operations.all);
    this.contexts.changes.track(this.contexts.all);
    this.variables.track();
  }

  /** A moment before which nothing happens by itself; undefined when nothing ever will. */
  nextDueAt(time: number): number | undefined {
    const moments = [
      this.contexts.nextDueAt,
      this.operations.nextDueAt,
      this.events.nextDueAt,
      ...this.#clockRules.map(({ rule }) => rule.nextTickAt?.(time)),
    ];
    return moments.reduce(
      (least, moment) => (moment === undefined || (least ?? moment) < moment ? least : moment),
      undefined,
    );
  }

  /** An input is read no longer: what its window held is forgotten. */
  inputDropped(source: ByteString): void {
    this.windows.drop(source);
  }

  readonly #tellEvent = ({ text }: SyntheticEvent) =>
    this.host.detail?.(`Creating event '${text}'`);

  /** Ends the contexts that were due up to a moment. */
  #expireContexts(due: number): void {
    for (const context of this.contexts.takeDue(due)) {
      // The expiry actions of another one may have ended it, or given it a new lifetime.
      if (!this.contexts.has(context)) continue;
      if (!isOver(context, due)) this.contexts.reschedule(context);
      else if (!this.#begunWork.run(context.origin, () => expireContext(context, this))) {
        this.contexts.remove(context);
      }
    }
  }

  /** Ends the operations that were due up to a moment, or moves their windows. */
  #expireOperations(due: number): void {
    for (const operation of this.operations.takeDue(due)) {
      // What ran before may have ended it or moved its window.
      if (!this.operations.has(operation)) continue;
      if (operation.dueAt === undefined || operation.dueAt > due) {
        this.operations.reschedule(operation);
      } else if (!this.#begunWork.run(operation, () => operation.expire(this))) {
        this.operations.remove(operation);
      }
    }
  }

  #processLine(
    text: ByteString,
    source: ByteString | undefined,
    internalContext: ByteString | undefined,
    time: number,
  ): void {
    this.time = time;
    const window = this.windows.of(source);
    window.push(text, source ?? 'synthetic');
    const { joint } = this.windows;
    if (this.matchCache.size > 0) this.matchCache.clear();
    this.line = { window, source, joint, internalContext };
    if (internalContext === undefined) this.#processor.process(this);
    else this.#within(internalContext, time, () => this.#processor.process(this));
  }

  /** Does something while an internal context exists. */
  #within(name: ByteString, time: number, work: () => void): void {
    this.#startedAt ??= time;
    const fields = { createdAt: this.#startedAt, lifetime: 0, actions: [], description: '' };
    const origin = { file: '', ruleId: 0 };
    const context = new Context({ ...fields, origin, internal: true });
    const hidden = this.contexts.peek(name);
    this.contexts.setName(name, context);
    work();
    this.contexts.remove(context);
    if (hidden === undefined) return;
    // As in SEC: a context of the rules that had this name has it no longer.
    this.contexts.setName(name, hidden);
    this.contexts.removeName(name);
  }
}

/** The rules of a file that act by the clock, each with how it is known. */
function clockRulesOf({ file, rules }: CheckedRuleFile) {
  const withTick = rules.filter(({ tick }) => tick !== undefined);
  return withTick.map((rule) => ({ rule, origin: { file, ruleId: rule.id } }));
}

/** As many lines as the option says, or as the largest pattern needs. */
function windowSize(files: readonly CheckedRuleFile[], options: EngineOptions): number {
  if (options.bufferSize !== undefined) return options.bufferSize;
  const needed = files.flatMap(({ rules }) => rules.map(({ windowLines }) => windowLines));
  return needed.reduce((most, lines) => Math.max(most, lines), 1);
}
