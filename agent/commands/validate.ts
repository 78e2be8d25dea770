import type { Argv } from 'yargs';
import { type CommonOptions, programLog } from '../../platform/command-line.ts';
import { ConfigError } from '../../platform/errors.ts';
import { ExitCode } from '../../platform/exit-code.ts';
import type { Log } from '../../platform/log.ts';
import { printFindings } from '../../platform/print-findings.ts';
import { hasErrors, type Problem } from '../../platform/problem.ts';
import { readConfigFile } from '../../platform/read-config-file.ts';
import { readAgentConfig } from '../config/agent-config.ts';
import { agentKeys } from '../config/agent-keys.ts';
import { agentSectionKinds } from '../config/agent-section-kinds.ts';
import { missingInputs } from '../config/missing-inputs.ts';
import { LazyPerl } from '../perl/lazy-perl.ts';
import { agentExtensions } from '../rules/agent-extensions.ts';
import { checkRules } from '../rules/check-rules.ts';
import { RuleSet } from '../rules/rule-set.ts';
import type { Language } from '../sec/language.ts';

/** `nagtail validate`: finds everything that is wrong before it runs. */
export function addValidateCommand(parser: Argv<CommonOptions>): void {
  parser.command(
    'validate [rules..]',
    'check the configuration and its rules, or only the given rule files',
    (command) =>
      command
        .positional('rules', {
          type: 'string',
          array: true,
          describe: 'rule files to check without a configuration',
        })
        .option('json', { type: 'boolean', default: false, describe: 'one JSON object a problem' })
        .option('quiet', {
          type: 'boolean',
          default: false,
          describe: 'say nothing when all is well',
        }),
    (options) => {
      const { config, rules = [], json, quiet } = options;
      const log = programLog('nagtail', options);
      const { summary, problems } =
        rules.length > 0 ? checkRuleFiles(rules, log) : checkConfig(config, log);
      printFindings(problems, summary, { json, quiet });
      process.exitCode = hasErrors(problems) ? ExitCode.failed : ExitCode.ok;
    },
  );
}

/** Checks with the language of `run`; Perl code of the rules is compiled and not called. */
function withLanguage<T>(
  settings: Parameters<typeof agentExtensions>[0],
  log: Log,
  check: (language: Language) => T,
): T {
  const perlSource = new LazyPerl({
    log,
    onOutput: (text) => process.stdout.write(text, 'latin1'),
  });
  try {
    return check({
      get perl() {
        return perlSource.perl;
      },
      extensions: agentExtensions(settings),
    });
  } finally {
    perlSource.close();
  }
}

interface Findings {
  readonly summary: string;
  readonly problems: readonly Problem[];
}

function checkRuleFiles(paths: readonly string[], log: Log): Findings {
  const settings = {
    hostName: agentKeys.host_name.otherwise ?? '',
    builtinCommands: agentKeys.builtin_commands.otherwise ?? [],
  };
  return withLanguage(settings, log, (language) => {
    const loaded = paths.map((file) => checkRules(new RuleSet(file, { file }, language), false));
    return {
      summary: summaryOf(loaded.flatMap(({ files }) => files)),
      problems: loaded.flatMap(({ problems }) => problems),
    };
  });
}

function checkConfig(file: string, log: Log): Findings {
  try {
    const { settings, inputs, problems } = readAgentConfig(readConfigFile(file, agentSectionKinds));
    const found = [...problems, ...missingInputs(inputs)];
    if (settings === undefined) return { summary: file, problems: found };
    return withLanguage(settings, log, (language) => {
      const rules = checkRules(new RuleSet(settings.rules, settings.rulesPlace, language), true);
      const summary = `${file}, ${summaryOf(rules.files)}`;
      return { summary, problems: [...found, ...rules.problems] };
    });
  } catch (error) {
    if (error instanceof ConfigError) return { summary: file, problems: error.problems };
    throw error;
  }
}

function summaryOf(files: readonly { readonly rules: readonly unknown[] }[]): string {
  const rules = files.reduce((sum, file) => sum + file.rules.length, 0);
  return `${rules} ${rules === 1 ? 'rule' : 'rules'} in ${files.length} rule ${files.length === 1 ? 'file' : 'files'}`;
}
