import type { ByteString } from '../../protocol/byte-string.ts';
import { timeText } from '../sec/substitute/time-variables.ts';
import type { SecSourceStatus } from '../sec-program/sec-sources.ts';
import type { DumpedOperation, DumpField } from './dump-operation.ts';
import type { DumpedContext, DumpedRule, DumpedRuleFile, DumpState } from './dump-state.ts';

const doubleLine = '='.repeat(60);
const singleLine = '-'.repeat(60);

/** A dump as a text with SEC's sections, and a total at the end of those that are lists. */
export function dumpText(state: DumpState): ByteString {
  const sections: readonly (readonly [title: string, lines: readonly ByteString[]])[] = [
    ['Program information', programLines(state)],
    ['Environment', state.environment.map(([name, value]) => `${name}=${value}`)],
    ['Performance statistics', resourceLines(state)],
    ['Rule usage statistics', state.ruleFiles.flatMap((file) => ruleLines(file, state.measured))],
    ['Input sources', inputLines(state)],
    ['Pending events', pendingLines(state)],
    ['Pattern match cache', cacheLines(state)],
    ['List of event correlation operations', operationLines(state)],
    ['List of contexts', contextLines(state)],
    ['Child processes', childLines(state)],
    ['Action list variables', variableLines(state)],
  ];
  const texts = sections.map(([title, lines]) => `${title}:\n${doubleLine}\n${text(lines)}`);
  return `${texts.join('\n')}\n`;
}

function text(lines: readonly ByteString[]): ByteString {
  return lines.map((line) => `${line}\n`).join('');
}

function programLines({ program }: DumpState): ByteString[] {
  return [
    `Program version: ${program.version}`,
    `Time of the start: ${timeText(program.startedAt)}`,
    `Time of the last configuration load: ${timeText(program.loadedAt)}`,
    `Time of the dump: ${timeText(program.dumpedAt)}`,
    `Program resource file: ${program.resourceFile}`,
    `Program options: ${program.options}`,
    `Effective user ID: ${program.userId}`,
    `Effective group ID: ${program.groupId}`,
    `Supplementary group IDs: ${program.groupIds.join(' ')}`,
  ];
}

function resourceLines({ resources }: DumpState): ByteString[] {
  return [
    `Run time: ${resources.runTime} seconds`,
    `User time: ${resources.user} seconds`,
    `System time: ${resources.system} seconds`,
    `Child user time: ${resources.childUser} seconds`,
    `Child system time: ${resources.childSystem} seconds`,
    `Processed input lines: ${resources.lines}`,
  ];
}

/** Numbers stand below each other. */
function ruleLines({ file, loadedAt, rules }: DumpedRuleFile, measured: boolean): ByteString[] {
  const column = (value: (rule: DumpedRule, index: number) => string) => {
    const values = rules.map(value);
    const width = values.reduce((most, { length }) => Math.max(most, length), 0);
    return values.map((one) => one.padStart(width));
  };
  const numbers = column((_, index) => String(index + 1));
  const lines = column(({ line }) => String(line));
  const matches = column(({ usage }) => String(usage.matches));
  const seconds = column(({ usage }) => (usage.timeMs / 1000).toFixed(2));
  const tries = column(({ usage }) => String(usage.tries));
  const told = rules.map(({ description }, index) => {
    const time = `, ${seconds[index]} seconds of CPU time spent for processing ${tries[index]} events`;
    const what = `matched ${matches[index]} events${measured ? time : ''} (${description})`;
    return `Rule ${numbers[index]} line ${lines[index]} ${what}`;
  });
  const loaded = `(loaded at ${timeText(loadedAt)})`;
  return ['', `Statistics for the rules from ${file}`, loaded, singleLine, ...told];
}

function inputLines({ inputs, buffer, bufferSize }: DumpState): ByteString[] {
  const listed = inputs.map(inputLine);
  const content = (title: string, lines: readonly ByteString[]) => [
    '',
    title,
    singleLine,
    ...lines,
    singleLine,
  ];
  if (buffer.kind === 'joint') {
    return [
      ...listed,
      '',
      'Input buffering mode: joint buffer for all input sources',
      `Size of input buffer: ${bufferSize}`,
      ...content(`Content of input buffer (last ${bufferSize} input line(s)):`, buffer.lines),
      ...content(`Last ${bufferSize} input source(s):`, buffer.sources),
    ];
  }
  return [
    ...listed,
    '',
    'Input buffering mode: separate buffer for each input source',
    `Size of each input buffer: ${bufferSize}`,
    ...[...buffer.bySource].flatMap(([file, lines]) =>
      content(`Content of input buffer for ${file}:`, lines),
    ),
    ...content('Content of input buffer for synthetic events:', buffer.synthetic),
  ];
}

function inputLine(input: SecSourceStatus): ByteString {
  const { file, open, type, offset, size, device, inode, lines, context } = input;
  const facts = [
    `status: ${open ? 'Open' : 'Closed'}`,
    ...(type === undefined ? [] : [`type: ${type}`]),
    ...(offset === undefined ? [] : [`read offset: ${offset}`]),
    ...(size === undefined ? [] : [`file size: ${size}`]),
    ...(device === undefined ? [] : [`device/inode: ${device}/${inode}`]),
    `received data: ${lines} lines`,
    context === undefined ? 'no context set' : `context: ${context}`,
  ];
  return `${file} (${facts.join(', ')})`;
}

function pendingLines({ pending }: DumpState): ByteString[] {
  const lines = pending.flatMap(({ event, at }) => {
    const when = `${timeText(at)} with context '${event.internalContext}'`;
    return [`Event: ${event.text}`, `Will be created at ${when}`, ''];
  });
  return [...lines, total(pending.length)];
}

function cacheLines({ matchCache }: DumpState): ByteString[] {
  const lines = matchCache.flatMap(([name, entries]) => {
    const values = [...entries].sort(([left], [right]) => (left < right ? -1 : 1));
    return [`Match: ${name}`, ...values.map(([key, value]) => `${key} = ${value ?? ''}`), ''];
  });
  return [...lines, total(matchCache.length)];
}

function operationLines({ operations }: DumpState): ByteString[] {
  const lines = operations.flatMap((one) => [...operationText(one), '', singleLine]);
  return [...lines, total(operations.length)];
}

function operationText(one: DumpedOperation): ByteString[] {
  const { key, startedAt, windowStart, windowEnd, file, ruleId, type, fields } = one;
  return [
    `Key: ${key}`,
    `Operation started at: ${timeText(startedAt)}`,
    `Correlation window begins at: ${timeText(windowStart)}`,
    ...(windowEnd === undefined ? [] : [`Correlation window ends at: ${timeText(windowEnd)}`]),
    `Configuration file: ${file}`,
    `Rule number: ${ruleId + 1}`,
    `Rule internal ID: ${ruleId}`,
    `Type: ${type}`,
    ...fields.map(fieldLine),
    ...eventLines(one),
  ];
}

function fieldLine({ key, label, value }: DumpField): ByteString {
  if (!/^window/.test(key)) return `${label}: ${value}`;
  return `${label}: ${value === 0 ? 'infinite' : `${value} seconds`}`;
}

function eventLines({ events, status = '', type, hasTokens }: DumpedOperation): ByteString[] {
  if (events === undefined) return [];
  const inGroup = type.startsWith('EventGroup');
  const crossed = inGroup
    ? 'seen before thresholds were crossed'
    : 'seen before threshold was crossed';
  const lines = events.map(({ time, pattern, token }) => {
    if (!inGroup) return timeText(time);
    const shown = hasTokens ? `, event group token: ${token}` : '';
    return `${timeText(time)} (matched by pattern #${pattern}${shown})`;
  });
  const what = status === 'suppressing' ? crossed : status;
  return [`${events.length} events observed at (${what}):`, ...lines];
}

function contextLines({ contexts }: DumpState): ByteString[] {
  const lines = contexts.flatMap((context) => [...contextText(context), singleLine]);
  return [...lines, total(contexts.length)];
}

function contextText(context: DumpedContext): ByteString[] {
  const { names, createdAt, lifetime, actions, description, events } = context;
  return [
    ...names.map((name) => `Context Name: ${name}`),
    `Creation Time: ${timeText(createdAt)}`,
    `Lifetime: ${lifetime === 0 ? 'infinite' : `${lifetime} seconds`}`,
    ...(actions === undefined ? [] : [`Action on delete: ${actions} (%s = ${description})`]),
    ...(events.length === 0 ? [] : [`${events.length} events associated with context:`]),
    ...events,
  ];
}

function childLines({ children }: DumpState): ByteString[] {
  const lines = children.flatMap(({ pid, command, printsEvents, context }) => {
    const connected = `Connected to pipe input with context '${context}'`;
    const about = printsEvents ? [connected] : [];
    return [`Child PID: ${pid}`, `Commandline started by child: ${command}`, ...about, singleLine];
  });
  return [...lines, total(children.length)];
}

function variableLines({ variables }: DumpState): ByteString[] {
  const lines = [...variables].map(([name, value]) => `%${name} = '${value.text}'`);
  return [...lines, total(variables.size)];
}

function total(count: number): string {
  return `Total: ${count} elements`;
}
