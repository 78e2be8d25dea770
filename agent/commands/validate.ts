import { existsSync } from 'node:fs';
import path from 'node:path';
import type { Argv } from 'yargs';
import type { CommonOptions } from '../../platform/command-line.ts';
import { ConfigError } from '../../platform/errors.ts';
import { ExitCode } from '../../platform/exit-code.ts';
import { printFindings } from '../../platform/print-findings.ts';
import type { Problem } from '../../platform/problem.ts';
import { readConfigFile } from '../../platform/read-config-file.ts';
import { type AgentConfig, readAgentConfig } from '../config/agent-config.ts';
import { agentKeys } from '../config/agent-keys.ts';
import { agentExtensions, loadRules } from '../rules/load-rules.ts';

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
    ({ config, rules = [], json, quiet }) => {
      const { summary, problems } = rules.length > 0 ? checkRuleFiles(rules) : checkConfig(config);
      printFindings(problems, summary, { json, quiet });
      process.exitCode = problems.length > 0 ? ExitCode.failed : ExitCode.ok;
    },
  );
}

interface Findings {
  readonly summary: string;
  readonly problems: readonly Problem[];
}

function checkRuleFiles(paths: readonly string[]): Findings {
  const extensions = agentExtensions({
    hostName: agentKeys.host_name.otherwise ?? '',
    builtinCommands: agentKeys.builtin_commands.otherwise ?? [],
  });
  const loaded = paths.map((file) => loadRules(file, { file }, extensions));
  return {
    summary: summaryOf(loaded.flatMap(({ files }) => files)),
    problems: loaded.flatMap(({ problems }) => problems),
  };
}

function checkConfig(file: string): Findings {
  try {
    const { config, problems } = readAgentConfig(readConfigFile(file));
    if (config === undefined) return { summary: file, problems };
    const rules = loadRules(config.rules, config.rulesPlace, agentExtensions(config));
    const all = [...problems, ...missingInputs(config), ...rules.problems];
    return { summary: `${file}, ${summaryOf(rules.files)}`, problems: all };
  } catch (error) {
    if (error instanceof ConfigError) return { summary: file, problems: error.problems };
    throw error;
  }
}

/** A log may appear later, so that a missing one does not keep the agent from running. */
function missingInputs(config: AgentConfig): Problem[] {
  return config.inputs
    .filter(({ path: file }) => file !== '-' && !/[*?[\]{}]/.test(file) && !existsSync(file))
    .map(({ place, path: file, name }) => {
      const where = existsSync(path.dirname(file)) ? 'no such file' : 'no such folder';
      const message = `input ${name}: ${where}: ${file}; the agent waits for it`;
      return { place, severity: 'warning', message };
    });
}

function summaryOf(files: readonly { readonly rules: readonly unknown[] }[]): string {
  const rules = files.reduce((sum, file) => sum + file.rules.length, 0);
  return `${rules} ${rules === 1 ? 'rule' : 'rules'} in ${files.length} rule ${files.length === 1 ? 'file' : 'files'}`;
}
