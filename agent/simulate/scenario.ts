import type { ByteString } from '../../protocol/byte-string.ts';

/** A step of a scenario; docs/RULES.md describes how they are written. */
export type ScenarioStep =
  | { readonly kind: 'lines'; readonly lines: readonly ByteString[] }
  | { readonly kind: 'partial'; readonly text: ByteString }
  /** The clock goes on, one second after the other. */
  | { readonly kind: 'wait'; readonly seconds: number }
  | { readonly kind: 'wait until'; readonly time: number | LocalTime }
  /** The clock jumps, and the next line is handled before housekeeping. */
  | { readonly kind: 'skip'; readonly seconds: number }
  /** The clock jumps, housekeeping once. */
  | { readonly kind: 'jump'; readonly seconds: number }
  | { readonly kind: 'append'; readonly file: ByteString; readonly text: ByteString }
  | { readonly kind: 'shell'; readonly command: ByteString }
  | { readonly kind: 'signal'; readonly name: ByteString }
  | { readonly kind: 'idle'; readonly rounds: number }
  | { readonly kind: 'end' };

/** Year, month from 1, day, hour, minute, second in the zone of the simulation. */
export type LocalTime = readonly [number, number, number, number, number, number];

/** A step, or what is wrong with its line. */
export type ScenarioReading =
  | { readonly steps: readonly ScenarioStep[] }
  | { readonly line: number; readonly message: string };

/** Reads a scenario: log lines, and directives that begin with `@`. */
export function readScenario(text: ByteString): ScenarioReading {
  const lines = text.split('\n');
  if (lines.at(-1) === '') lines.pop();
  const steps: ScenarioStep[] = [];
  for (let index = 0; index < lines.length; index++) {
    const line = lines[index] ?? '';
    if (line === '@batch') {
      const end = lines.indexOf('@end', index);
      const batch = lines.slice(index + 1, end < 0 ? lines.length : end);
      const bad = batch.findIndex((inner) => /^@skip\s/.test(inner));
      if (bad >= 0) return { line: index + 2 + bad, message: '@skip cannot stand within @batch' };
      steps.push({ kind: 'lines', lines: batch.map(plainLine) });
      index += batch.length + 1;
      continue;
    }
    const step = readLine(line);
    if (step === undefined) {
      return {
        line: index + 1,
        message: `unknown directive: ${line}; a log line that begins with @ is written @@`,
      };
    }
    if (step !== 'comment') steps.push(step);
    if (step !== 'comment' && step.kind === 'end') break;
  }
  return { steps };
}

function plainLine(line: ByteString): ByteString {
  return line.startsWith('@@') ? line.slice(1) : line;
}

function readLine(line: ByteString): ScenarioStep | 'comment' | undefined {
  if (!line.startsWith('@') || line.startsWith('@@')) {
    return { kind: 'lines', lines: [plainLine(line)] };
  }
  if (line === '@' || line.startsWith('@#')) return 'comment';
  if (line === '@eof') return { kind: 'end' };
  const wait = /^@\+(\d+)$/.exec(line);
  if (wait) return { kind: 'wait', seconds: Number(wait[1]) };
  const parts = /^@(\w+)(?:\s+([\s\S]*))?$/.exec(line);
  return parts ? readDirective(parts[1] ?? '', parts[2] ?? '') : undefined;
}

function readDirective(name: string, parameter: ByteString): ScenarioStep | undefined {
  switch (name) {
    case 'skip':
    case 'jump':
      return /^-?\d+$/.test(parameter) ? { kind: name, seconds: Number(parameter) } : undefined;
    case 'at':
      return readTime(parameter);
    case 'partial':
      return { kind: 'partial', text: parameter };
    case 'in': {
      const parts = /^(\S+) ([\s\S]*)$/.exec(parameter);
      return parts ? { kind: 'append', file: parts[1] ?? '', text: parts[2] ?? '' } : undefined;
    }
    case 'sh':
      return { kind: 'shell', command: parameter };
    case 'signal':
    case 'kill':
      return /^\w+$/.test(parameter) ? { kind: 'signal', name: parameter } : undefined;
    case 'idle':
      return /^\d*$/.test(parameter) ? { kind: 'idle', rounds: Number(parameter || 1) } : undefined;
    default:
      return undefined;
  }
}

function readTime(parameter: ByteString): ScenarioStep | undefined {
  if (/^\d+$/.test(parameter)) return { kind: 'wait until', time: Number(parameter) };
  const parts = /^(\d+)-(\d+)-(\d+)[ T](\d+):(\d+)(?::(\d+))?$/.exec(parameter);
  if (parts === null) return undefined;
  const [, year, month, day, hour, minute, second = '0'] = parts;
  return {
    kind: 'wait until',
    time: [Number(year), Number(month), Number(day), Number(hour), Number(minute), Number(second)],
  };
}
