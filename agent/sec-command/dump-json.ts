import { type ByteString, textOf } from '../../protocol/byte-string.ts';
import type { SecSourceStatus } from '../sec-program/sec-sources.ts';
import type { DumpedOperation } from './dump-operation.ts';
import type { DumpState } from './dump-state.ts';

/** A dump as one JSON object on one line, with the keys of SEC's. Bytes that are no UTF-8 are replaced. */
export function dumpJson(state: DumpState): string {
  const json = {
    program: programJson(state),
    env: Object.fromEntries(state.environment),
    perf: resourcesJson(state),
    rulestats: rulesJson(state),
    inputs: Object.fromEntries(state.inputs.map((input) => [input.file, inputJson(input)])),
    buffer: bufferJson(state),
    pendingevents: state.pending.map(({ event, at }) => ({
      event: event.text,
      context: event.internalContext,
      time: at,
    })),
    pmatchcache: Object.fromEntries(
      state.matchCache.map(([name, entries]) => [name, Object.fromEntries(entries)]),
    ),
    operations: Object.fromEntries(state.operations.map((one) => [one.key, operationJson(one)])),
    contexts: state.contexts.map(({ names, createdAt, lifetime, events, actions }) => ({
      name: names,
      creationtime: createdAt,
      lifetime,
      buffer: events,
      ...(actions === undefined ? {} : { action: actions }),
    })),
    children: childrenJson(state),
    variables: Object.fromEntries(
      [...state.variables].map(([name, { text, isPlain }]) => [
        name,
        !isPlain ? null : name === 'u' ? Number(text) : text,
      ]),
    ),
  };
  return `${JSON.stringify(readable(json))}\n`;
}

/** The same with byte strings made texts, keys included. */
function readable(value: unknown): unknown {
  if (typeof value === 'string') return textOf(value);
  if (Array.isArray(value)) return value.map(readable);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, entry]) => [textOf(key), readable(entry)]),
  );
}

function programJson({ program }: DumpState) {
  return {
    version: program.version,
    startuptime: program.startedAt,
    confloadtime: program.loadedAt,
    dumptime: program.dumpedAt,
    rcfile: program.resourceFile,
    options: program.options,
    euid: program.userId,
    egid: program.groupId,
    sgid: program.groupIds,
  };
}

function resourcesJson({ resources }: DumpState) {
  const { runTime, user, system, childUser, childSystem, lines } = resources;
  return {
    runtime: runTime,
    user,
    system,
    childuser: childUser,
    childsystem: childSystem,
    lines,
  };
}

function rulesJson({ ruleFiles, measured }: DumpState) {
  const entries = ruleFiles.map(({ file, loadedAt, rules }) => {
    const stats = rules.map(({ line, description, usage }) => ({
      ruleline: line,
      desc: description,
      matches: usage.matches,
      ...(measured ? { cputime: cpuSeconds(usage.timeMs), events: usage.tries } : {}),
    }));
    return [file, { loadtime: loadedAt, stats }] as const;
  });
  return Object.fromEntries(entries);
}

function inputJson({
  file,
  context,
  open,
  lines,
  type,
  device,
  inode,
  offset,
  size,
}: SecSourceStatus) {
  const known = { context, type, dev: device, inode, offset, size };
  const given = Object.entries(known).filter(([, value]) => value !== undefined);
  return { file, status: open ? 'Open' : 'Closed', lines, ...Object.fromEntries(given) };
}

function bufferJson({ buffer, bufferSize }: DumpState) {
  if (buffer.kind === 'joint') {
    const bufmode = 'joint buffer for all input sources';
    return { bufsize: bufferSize, bufmode, lastlines: buffer.lines, lastinputs: buffer.sources };
  }
  return {
    bufsize: bufferSize,
    bufmode: 'separate buffer for each input source',
    lastlines: Object.fromEntries(buffer.bySource),
    lastsynevents: buffer.synthetic,
  };
}

function operationJson(one: DumpedOperation) {
  const { key, startedAt, windowStart, windowEnd, file, ruleId, type, fields, status, events } =
    one;
  return {
    key,
    starttime: startedAt,
    windowstart: windowStart,
    ...(windowEnd === undefined ? {} : { windowend: windowEnd }),
    configfile: file,
    ruleid: ruleId,
    type,
    ...Object.fromEntries(fields.map((field) => [field.key, field.value])),
    ...(status === undefined ? {} : { status: statusOf(status, one) }),
    ...(events === undefined ? {} : eventsJson(one)),
  };
}

function statusOf(status: ByteString, { type }: DumpedOperation): ByteString {
  if (status !== 'suppressing') return status;
  return type.startsWith('EventGroup') ? 'thresholds reached' : 'threshold reached';
}

function eventsJson({ events = [], type, fields, hasTokens }: DumpedOperation) {
  const eventtimes = events.map(({ time }) => time);
  if (!type.startsWith('EventGroup')) return { eventtimes };
  const eventpatterns = events.map(({ pattern }) => pattern ?? 1);
  if (!hasTokens) return { eventtimes, eventpatterns };
  // A token that is no keyword of the rule is the number of the pattern, and a number.
  const isNumber = (pattern: number) => {
    const key = `egtoken${pattern === 1 ? '' : pattern}`;
    return typeof fields.find((field) => field.key === key)?.value === 'number';
  };
  const eventtokens = events.map(({ pattern = 1, token = '' }) =>
    isNumber(pattern) ? pattern : token,
  );
  return { eventtimes, eventpatterns, eventtokens };
}

function childrenJson({ children }: DumpState) {
  const entries = children.map(({ pid, command, printsEvents, context }) => {
    const connected = { status: 'Connected to pipe input', context };
    return [pid, { pid, cmdline: command, ...(printsEvents ? connected : {}) }] as const;
  });
  return Object.fromEntries(entries);
}

function cpuSeconds(milliseconds: number): number {
  return Math.round(milliseconds / 10) / 100;
}
