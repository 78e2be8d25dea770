export const logLevels = ['error', 'warn', 'info', 'debug'] as const;

export type LogLevel = (typeof logLevels)[number];

/** Where nobody asks for another. */
export const logLevelDefault: LogLevel = 'info';

/** Names and values that belong to a log record; never secrets, never raw bytes of a peer. */
export type LogFields = Readonly<Record<string, string | number | boolean>>;

/** One thing worth telling: `code` is stable and for programs, `message` is for people. */
export interface LogRecord {
  readonly level: LogLevel;
  readonly code: string;
  readonly message: string;
  readonly fields: LogFields;
}

/** Where log records go. Everything that tells something takes one of these. */
export interface Log {
  error(code: string, message: string, fields?: LogFields): void;
  warn(code: string, message: string, fields?: LogFields): void;
  info(code: string, message: string, fields?: LogFields): void;
  debug(code: string, message: string, fields?: LogFields): void;
}

/** Makes a log of a function that takes records: a logger, a message port, a test's list. */
export function logTo(write: (record: LogRecord) => void): Log {
  const at =
    (level: LogLevel) =>
    (code: string, message: string, fields: LogFields = {}) =>
      write({ level, code, message, fields });
  return { error: at('error'), warn: at('warn'), info: at('info'), debug: at('debug') };
}

/**
 * Text that is safe on a terminal: control characters, which could move the
 * cursor or change its colours, are shown as `\xNN`.
 */
export function printable(text: string): string {
  return text.replace(/[\x00-\x1f\x7f-\x9f]/g, (character) => {
    return `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`;
  });
}
