import { readFileSync } from 'node:fs';
import { type ByteString, byteStringOf } from '../../protocol/byte-string.ts';
import { actionsText } from '../sec/actions/action-text.ts';
import type { Engine } from '../sec/engine/engine.ts';
import type { DelayedEvent } from '../sec/engine/event-queue.ts';
import { textOfValue } from '../sec/substitute/action-variables.ts';
import { givenVariables, timeVariable } from '../sec/substitute/time-variables.ts';
import type { RuleUsage } from '../sec-program/rule-usage.ts';
import type { SecProgram } from '../sec-program/sec-program.ts';
import type { SecSourceStatus, SecSources } from '../sec-program/sec-sources.ts';
import type { RunningChild } from './child-processes.ts';
import { type DumpedOperation, dumpOperation } from './dump-operation.ts';
import type { OptionSource } from './option-source.ts';
import { programName } from './sec-help.ts';

/** Clock ticks in a second in /proc: the same on all of Linux. */
const ticksPerSecond = 100;

export interface DumpParts {
  readonly program: SecProgram;
  readonly sources: SecSources;
  readonly children: readonly RunningChild[];
  readonly optionSource: Pick<OptionSource, 'words' | 'resourceFile'>;
  readonly environment: NodeJS.ProcessEnv;
  /** Unix times. */
  readonly startedAt: number;
  readonly now: number;
}

/** How often a rule was used. */
export interface DumpedRule {
  readonly line: number;
  readonly description: ByteString;
  readonly usage: RuleUsage;
}

export interface DumpedRuleFile {
  readonly file: ByteString;
  readonly loadedAt: number;
  readonly rules: readonly DumpedRule[];
}

/** Lines that patterns can look back at. */
export type DumpedBuffer =
  | {
      readonly kind: 'joint';
      readonly lines: readonly ByteString[];
      readonly sources: readonly ByteString[];
    }
  | {
      readonly kind: 'separate';
      readonly bySource: ReadonlyMap<ByteString, readonly ByteString[]>;
      readonly synthetic: readonly ByteString[];
    };

export interface DumpedContext {
  readonly names: readonly ByteString[];
  readonly createdAt: number;
  readonly lifetime: number;
  readonly events: readonly ByteString[];
  /** Undefined without actions. */
  readonly actions: ByteString | undefined;
  readonly description: ByteString;
}

/** Everything that a dump tells. */
export interface DumpState {
  readonly program: {
    readonly version: string;
    readonly startedAt: number;
    readonly loadedAt: number;
    readonly dumpedAt: number;
    readonly resourceFile: string;
    readonly options: ByteString;
    readonly userId: number;
    readonly groupId: number;
    readonly groupIds: readonly number[];
  };
  readonly environment: readonly (readonly [name: ByteString, value: ByteString])[];
  readonly resources: {
    readonly runTime: number;
    readonly user: number;
    readonly system: number;
    readonly childUser: number;
    readonly childSystem: number;
    readonly lines: number;
  };
  readonly ruleFiles: readonly DumpedRuleFile[];
  readonly measured: boolean;
  readonly inputs: readonly SecSourceStatus[];
  readonly bufferSize: number;
  readonly buffer: DumpedBuffer;
  readonly pending: readonly DelayedEvent[];
  readonly matchCache: readonly (readonly [
    ByteString,
    ReadonlyMap<ByteString, ByteString | undefined>,
  ])[];
  readonly operations: readonly DumpedOperation[];
  readonly contexts: readonly DumpedContext[];
  readonly children: readonly (RunningChild & { readonly context: ByteString | undefined })[];
  /** Undefined for a value that only Perl has. */
  readonly variables: ReadonlyMap<string, { readonly text: ByteString; readonly isPlain: boolean }>;
}

/** Collects what a dump tells. */
export function dumpState(parts: DumpParts): DumpState {
  const { program, sources, children, environment } = parts;
  const { engine, files, options } = program;
  return {
    program: programState(parts),
    environment: Object.entries(environment)
      .map(([name, value]) => [byteStringOf(name), byteStringOf(value ?? '')] as const)
      .sort(([left], [right]) => (left < right ? -1 : 1)),
    resources: resourcesState(parts),
    ruleFiles: [...files].map(([file, { loadedAt, rules }]) => ({
      file,
      loadedAt,
      rules: rules.map(({ source, usage }) => ({
        line: source.line,
        description: source.keywords.get('desc')?.value ?? '',
        usage,
      })),
    })),
    measured: options.rulePerformance,
    inputs: sources.statuses,
    bufferSize: engine.windows.size,
    buffer: bufferState(engine, sources.statuses),
    pending: engine.events.delayed,
    matchCache: [...engine.matchCache].map(([name, match]) => [name, match.entries()] as const),
    operations: [...engine.operations.all].map((one) => dumpOperation(one, files.get(one.file))),
    contexts: [...engine.contexts.all].map((context) => ({
      names: [...context.names],
      createdAt: context.createdAt,
      lifetime: context.lifetime,
      events: context.events.all.map(({ text }) => text),
      actions: context.actions.length === 0 ? undefined : actionsText(context.actions),
      description: context.description,
    })),
    children: children.map((child) => ({
      ...child,
      context: engine.children.get(child.number)?.eventContext,
    })),
    variables: variablesState(engine),
  };
}

function programState({ program, optionSource, startedAt, now }: DumpParts): DumpState['program'] {
  return {
    version: programName,
    startedAt,
    loadedAt: program.loadedAt,
    dumpedAt: now,
    resourceFile: optionSource.resourceFile ?? 'none',
    options: byteStringOf(optionSource.words.join(' ')),
    userId: process.geteuid?.() ?? 0,
    groupId: process.getegid?.() ?? 0,
    groupIds: supplementaryGroups(),
  };
}

/** Times in seconds. Those of children that have ended are only known from /proc. */
function resourcesState({ program, startedAt, now }: DumpParts): DumpState['resources'] {
  const { user, system } = process.cpuUsage();
  // The name of the program may hold blanks; it stands in parentheses.
  const fields = procText('stat')
    .replace(/^.*\) /s, '')
    .split(' ');
  return {
    runTime: now - startedAt,
    user: hundredths(user / 1e6),
    system: hundredths(system / 1e6),
    childUser: Number(fields[13] ?? 0) / ticksPerSecond,
    childSystem: Number(fields[14] ?? 0) / ticksPerSecond,
    lines: program.processed,
  };
}

function bufferState(engine: Engine, inputs: readonly SecSourceStatus[]): DumpedBuffer {
  const { windows } = engine;
  if (windows.joint || windows.size === 1) {
    const { window } = windows.joint ? { window: windows.of(undefined) } : engine.line;
    return { kind: 'joint', lines: window.all, sources: window.sources(windows.size) };
  }
  const bySource = new Map(inputs.map(({ file }) => [file, windows.linesOf(file)] as const));
  return { kind: 'separate', bySource, synthetic: windows.of(undefined).all };
}

function variablesState(engine: Engine): DumpState['variables'] {
  const variables = new Map<string, { text: ByteString; isPlain: boolean }>([
    ['%', { text: '%', isPlain: true }],
  ]);
  for (const name of givenVariables) {
    variables.set(name, { text: timeVariable(name, engine.time) ?? '', isPlain: true });
  }
  for (const [name, value] of engine.variables) {
    variables.set(name, { text: textOfValue(value) ?? '', isPlain: typeof value !== 'object' });
  }
  return new Map([...variables].sort(([left], [right]) => (left < right ? -1 : 1)));
}

function supplementaryGroups(): readonly number[] {
  const groups = /^Groups:[ \t]*(.*)$/m.exec(procText('status'))?.[1] ?? '';
  return [...new Set(groups.split(/\s+/).filter(Boolean).map(Number))];
}

function procText(name: 'stat' | 'status'): string {
  try {
    return readFileSync(`/proc/self/${name}`, 'latin1');
  } catch {
    return '';
  }
}

function hundredths(seconds: number): number {
  return Math.round(seconds * 100) / 100;
}
