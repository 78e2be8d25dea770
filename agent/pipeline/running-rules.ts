import { systemClock, unixSeconds } from '../../platform/clock.ts';
import type { Log } from '../../platform/log.ts';
import { formatProblem, type Problem } from '../../platform/problem.ts';
import { type ByteString, textOf } from '../../protocol/byte-string.ts';
import { agentExtensions } from '../rules/agent-extensions.ts';
import { RuleSet, type RuleSetReading } from '../rules/rule-set.ts';
import type { CheckedRuleFile, Rule } from '../sec/engine/rule.ts';
import type { PerlSource } from '../sec/perl/perl.ts';
import type { CarriedRules, PipelineConfig, PipelineStart } from './pipeline-messages.ts';
import type { RuleLoad } from './pipeline-stats.ts';
import { SuspendedRules } from './suspended-rules.ts';

export interface RunningRulesParts {
  readonly config: PipelineConfig;
  readonly perlSource: PerlSource;
  readonly after: PipelineStart['after'];
  readonly log: Log;
}

/** The rules that the pipeline runs, and those of them that are suspended. */
export class RunningRules {
  readonly #log: Log;
  readonly #ruleSet: RuleSet;
  readonly #suspended: SuspendedRules;
  #files: readonly CheckedRuleFile[];
  #load: RuleLoad;

  /** Reads the rule files, or goes on with those of the thread before. */
  constructor({ config, perlSource, after, log }: RunningRulesParts) {
    const language = {
      get perl() {
        return perlSource.perl;
      },
      extensions: agentExtensions(config),
    };
    this.#log = log;
    this.#ruleSet = new RuleSet(config.rules, config.rulesPlace, language);
    this.#suspended = new SuspendedRules(after?.rules.suspended);
    if (after === undefined) {
      const { files, problems } = this.#ruleSet.read();
      tellProblems(problems, log);
      this.#files = files;
      this.#load = loadOf(problems);
      return;
    }
    // Their problems have been told already.
    const { files, problems } = this.#ruleSet.readTexts(after.rules.texts);
    this.#files = files;
    this.#load = loadOf(problems);
    this.#suspended.use(this.#files);
    const report = this.#suspended.suspend(after.hold);
    if (report !== undefined) tellSuspended(report, log);
  }

  get files(): readonly CheckedRuleFile[] {
    return this.#files;
  }

  /** How they were when they were looked at last. */
  get load(): RuleLoad {
    return this.#load;
  }

  get count(): number {
    return countRules(this.#files);
  }

  /** Those of them that are not tried. */
  get suspended(): ReadonlySet<Rule> {
    return this.#suspended.rules;
  }

  /** What is wrong with them; undefined when nothing is. */
  get trouble(): ByteString | undefined {
    return this.#suspended.summary;
  }

  /** What another thread needs to go on with them. */
  get carriedOver(): CarriedRules {
    return { texts: this.#ruleSet.texts, suspended: this.#suspended.all };
  }

  /** Looks at the files again. Returns those that are other than before, or gone. */
  reload(): ReadonlySet<string> {
    const reading = this.#ruleSet.read();
    this.#files = reading.files;
    this.#load = loadOf(reading.problems);
    tellReload(reading, this.#log);
    const lifted = this.#suspended.use(reading.files);
    if (lifted > 0) {
      const message = `${lifted} suspended rules have changed and are tried again`;
      this.#log.info('RULES_RESUMED', message, { lifted });
    }
    return reading.changed;
  }
}

function loadOf(problems: readonly Problem[]): RuleLoad {
  const errors = problems.filter(({ severity }) => severity === 'error').length;
  return { at: unixSeconds(systemClock), errors };
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

function tellSuspended(report: ByteString, log: Log): void {
  const until = 'it is not tried again until it is changed (SIGHUP) or the agent is restarted';
  log.error('RULE_SUSPENDED', `${textOf(report)}: ${until}; all other rules go on`);
}
