import type { Writable } from 'node:stream';
import winston from 'winston';
import { type Log, type LogLevel, type LogRecord, logTo, printable } from './log.ts';

export type LogFormat = 'text' | 'json';

export interface WinstonLogOptions {
  readonly level: LogLevel;
  readonly format: LogFormat;
  /** Colours for the level; only for terminals. */
  readonly colour: boolean;
  /** Where the lines go; standard error in the programs. */
  readonly stream: Writable;
  /** Set into each JSON record, so that several programs can share one journal. */
  readonly program: string;
}

const colours: Readonly<Record<LogLevel, string>> = {
  error: '\x1b[31m',
  warn: '\x1b[33m',
  info: '\x1b[32m',
  debug: '\x1b[2m',
};

/** A log whose level can change while it is used. */
export interface LeveledLog extends Log {
  /** From now on only messages of this level and more important ones are shown. */
  setLevel(level: LogLevel): void;
}

/** A log on winston: one line a record, for people (`text`) or for programs (`json`). */
export function winstonLog(options: WinstonLogOptions): LeveledLog {
  const logger = winston.createLogger({
    levels: { error: 0, warn: 1, info: 2, debug: 3 },
    level: options.level,
    format: winston.format.combine(
      winston.format.timestamp(),
      options.format === 'json' ? jsonLine(options.program) : textLine(options.colour),
    ),
    transports: [new winston.transports.Stream({ stream: options.stream, eol: '\n' })],
  });
  return {
    ...logTo((record) => logger.log(record)),
    setLevel(level) {
      logger.level = level;
    },
  };
}

/** `2026-11-23T08:50:00.000Z warn  message  [CODE key=value]` */
function textLine(colour: boolean): winston.Logform.Format {
  return winston.format.printf((info) => {
    const { level, code, message, fields } = info as unknown as LogRecord;
    const word = level.padEnd(5);
    const shown = colour ? `${colours[level]}${word}\x1b[0m` : word;
    const pairs = Object.entries(fields).map(([name, value]) => ` ${name}=${quoted(value)}`);
    return `${String(info['timestamp'])} ${shown} ${printable(message)}  [${code}${pairs.join('')}]`;
  });
}

/** One JSON object a line: time, level, program, code, message, and the fields. */
function jsonLine(program: string): winston.Logform.Format {
  return winston.format.printf((info) => {
    const { level, code, message, fields } = info as unknown as LogRecord;
    return JSON.stringify({ time: info['timestamp'], level, program, code, message, ...fields });
  });
}

function quoted(value: string | number | boolean): string {
  if (typeof value !== 'string') return String(value);
  return /^[\w./:@+-]+$/.test(value) ? value : `"${printable(value).replaceAll('"', '\\"')}"`;
}
