import { durationText } from '../../platform/duration-text.ts';
import { printable } from '../../platform/log.ts';
import { textTable } from '../../platform/text-table.ts';
import type { AgentStatus } from '../metrics/agent-status.ts';

/** Rows of a list that are shown; `--json` has all. */
const rowsMax = 50;

/** An agent's status for people. */
export function describeAgent(status: AgentStatus): string {
  const { version, hostName, pid, startedAt, now } = status;
  const head = `nagtail ${version} on ${printable(hostName)}, process ${pid}, up ${durationText(now - startedAt)}\n`;
  return [head, ...pipelineParts(status), ...deliveryParts(status)].join('\n');
}

function pipelineParts({ pipeline, now }: AgentStatus): readonly string[] {
  const { stats, answers } = pipeline;
  const late = answers ? [] : ['The thread of the rules does not answer now: numbers are older.\n'];
  if (stats === undefined) return late;
  const sources = stats.sources.map(({ input, source, lines, trouble, lastLineAt }) => [
    input,
    printable(source),
    `${lines} lines`,
    trouble ?? (lastLineAt === undefined ? 'no line yet' : `last ${ago(now - lastLineAt)}`),
  ]);
  const files = stats.ruleFiles.map(({ file, rules, matches, unmatchedRules }) => [
    printable(file),
    `${rules} rules`,
    `${matches} matches`,
    unmatchedRules === 0 ? '' : `${unmatchedRules} never matched`,
  ]);
  const suspended = stats.suspendedRules === 0 ? '' : `, ${stats.suspendedRules} SUSPENDED`;
  const { contexts, operations, events, variables, commits } = stats;
  const store = commits.failing
    ? `Store: TAKES NOTHING; ${commits.heldLines} lines and ${commits.heldResults} results are held\n`
    : '';
  return [
    ...late,
    `Inputs: ${sources.length + stats.sourcesLeftOut}\n${list(sources)}`,
    `Rules: ${stats.rules} in ${files.length + stats.ruleFilesLeftOut} files${suspended}\n${list(files)}`,
    `State: ${contexts} contexts, ${operations} operations, ${events} events, ${variables} variables\n${store}`,
  ];
}

function deliveryParts({ delivery, queueLimits, now }: AgentStatus): readonly string[] {
  const { results, oldestTime, droppedForRoom, droppedForAge } = delivery.outbox;
  const oldest =
    oldestTime === undefined ? '' : `, the oldest ${durationText(now - oldestTime)} old`;
  const dropped = droppedForRoom + droppedForAge;
  const receivers = delivery.receivers.map((receiver) => [
    receiver.name,
    printable(receiver.target),
    receiver.active ? '' : 'stands by',
    `${receiver.sent} sent`,
    `${receiver.refused} refused`,
    `${receiver.waiting.results} waiting`,
    receiver.trouble === undefined ? '' : printable(receiver.trouble.message),
  ]);
  const drops = dropped === 0 ? '' : `, ${dropped} dropped since the store was made`;
  return [
    `Queue: ${results} of ${queueLimits.resultsMax} results${oldest}${drops}\n`,
    `Receivers: ${receivers.length}\n${list(receivers)}`,
  ];
}

function ago(seconds: number): string {
  return `${durationText(seconds)} ago`;
}

function list(rows: readonly (readonly string[])[]): string {
  const more = rows.length > rowsMax ? `  and ${rows.length - rowsMax} more: --json has all\n` : '';
  return textTable(rows.slice(0, rowsMax), '  ') + more;
}
