/** The exit codes of all commands (docs/CONFIGURATION.md; 78 is EX_CONFIG of sysexits.h). */
export const ExitCode = {
  ok: 0,
  /** Something failed while running, or a check found problems. */
  failed: 1,
  /** The command line was wrong. */
  usage: 2,
  /** The configuration cannot be used; systemd must not restart in a loop. */
  badConfig: 78,
} as const;

export type ExitCode = (typeof ExitCode)[keyof typeof ExitCode];
