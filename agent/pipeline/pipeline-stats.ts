import { lagBytes } from '../input/lag-bytes.ts';
import type { LineSource, SourceCounters } from '../input/line-source.ts';
import type { Engine } from '../sec/engine/engine.ts';
import type { CommitCounts, Committer } from './committer.ts';
import type { Pipeline, PipelineInputs } from './pipeline.ts';

/** Sources that are told one by one; the rest of a glob with more files is summed up. */
const toldSourcesMax = 1_000;

/** Rule files that are told one by one. */
const toldRuleFilesMax = 1_000;

/** Rules that are told one by one. */
const toldRulesMax = 1_000;

/** A source of lines, as it stands. */
export interface SourceStats extends Readonly<SourceCounters> {
  /** The name of its `[input.NAME]`. */
  readonly input: string;
  /** Its path. */
  readonly source: string;
  readonly trouble: string | undefined;
  /** Bytes that are not read, or not taken through the rules, yet. */
  readonly lagBytes: number | undefined;
  /** Unix time in seconds of its last line. */
  readonly lastLineAt: number | undefined;
}

/** A rule file, as it runs. */
export interface RuleFileStats {
  readonly file: string;
  readonly rules: number;
  /** How often its rules have matched since they were loaded. */
  readonly matches: number;
  /** Rules for lines that have not matched a single one. */
  readonly unmatchedRules: number;
}

/** A rule, as it runs. */
export interface RuleStats {
  readonly file: string;
  /** Where it begins in the file, from 1. */
  readonly line: number;
  /** How often it has matched since it was loaded. */
  readonly matches: number;
}

/** Processes that rules have started. */
export interface CommandStats {
  readonly running: number;
  readonly waiting: number;
  readonly dropped: number;
}

/** How the rule files were when they were looked at last. */
export interface RuleLoad {
  /** Unix time in seconds. */
  readonly at: number;
  /** Errors in them: rules that were dropped, files that go on as they were before. */
  readonly errors: number;
}

/** What the pipeline's thread has done since its start, as plain data. */
export interface PipelineStats {
  readonly sources: readonly SourceStats[];
  /** Sources beyond `toldSourcesMax`. */
  readonly sourcesLeftOut: number;
  readonly ruleFiles: readonly RuleFileStats[];
  readonly ruleFilesLeftOut: number;
  readonly rules: number;
  /** Each rule, in the order of the files. */
  readonly toldRules: readonly RuleStats[];
  /** Rules beyond `toldRulesMax`. */
  readonly rulesLeftOut: number;
  readonly suspendedRules: number;
  readonly ruleLoad: RuleLoad;
  readonly contexts: number;
  readonly operations: number;
  readonly events: number;
  readonly variables: number;
  readonly commands: CommandStats;
  readonly commits: CommitCounts;
}

export interface PipelineStatsParts {
  readonly inputs: Pick<PipelineInputs, 'sources'> & {
    specOf(source: LineSource): { readonly name: string } | undefined;
  };
  readonly pipeline: Pipeline;
  readonly engine: Engine;
  /** How often each rule has matched, by its place among those of all files. */
  readonly matches: readonly number[];
  readonly suspendedRules: number;
  readonly ruleLoad: RuleLoad;
  readonly commands: CommandStats;
  readonly committer: Committer;
}

/** How the pipeline stands now. Costs what there is to tell, and nothing when it is not asked for. */
export function pipelineStats(parts: PipelineStatsParts): PipelineStats {
  const { inputs, engine, committer, commands, suspendedRules, ruleLoad } = parts;
  const ruleFiles = ruleFileStats(parts);
  const rules = ruleStats(parts);
  return {
    sources: inputs.sources.slice(0, toldSourcesMax).map((source) => sourceStats(source, parts)),
    sourcesLeftOut: Math.max(0, inputs.sources.length - toldSourcesMax),
    ruleFiles: ruleFiles.slice(0, toldRuleFilesMax),
    ruleFilesLeftOut: Math.max(0, ruleFiles.length - toldRuleFilesMax),
    rules: rules.length,
    toldRules: rules.slice(0, toldRulesMax),
    rulesLeftOut: Math.max(0, rules.length - toldRulesMax),
    suspendedRules,
    ruleLoad,
    contexts: engine.contexts.size,
    operations: engine.operations.size,
    events: engine.events.size,
    variables: engine.variables.size,
    commands,
    commits: committer.counts,
  };
}

function sourceStats(source: LineSource, { inputs, pipeline }: PipelineStatsParts): SourceStats {
  return {
    input: inputs.specOf(source)?.name ?? '',
    source: source.name,
    ...source.counters,
    trouble: source.trouble,
    lagBytes: lagBytes(source.name, source.position),
    lastLineAt: pipeline.lastLineAt(source),
  };
}

function ruleFileStats({ engine, matches }: PipelineStatsParts): readonly RuleFileStats[] {
  let place = 0;
  return engine.files.map(({ file, rules }) => {
    const counts = rules.map((rule) => ({ rule, count: matches[place++] ?? 0 }));
    return {
      file,
      rules: rules.length,
      matches: counts.reduce((sum, { count }) => sum + count, 0),
      unmatchedRules: counts.filter(({ rule, count }) => count === 0 && rule.tick === undefined)
        .length,
    };
  });
}

function ruleStats({ engine, matches }: PipelineStatsParts): readonly RuleStats[] {
  const rules = engine.files.flatMap(({ file, rules: own }) =>
    own.map(({ line }) => ({ file, line })),
  );
  return rules.map((rule, place) => ({ ...rule, matches: matches[place] ?? 0 }));
}
