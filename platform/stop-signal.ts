import { ExitCode } from './exit-code.ts';

export interface StopSignal {
  /** Settles with the name of the first stop signal. */
  readonly received: Promise<string>;
  /** Gives the signals back to the system's own handling. */
  ignore(): void;
}

/**
 * Waits for SIGTERM or SIGINT. The first one asks for an orderly end, a second
 * one ends the process at once.
 */
export function stopSignal(): StopSignal {
  const names = ['SIGTERM', 'SIGINT'] as const;
  let handler: (name: NodeJS.Signals) => void = () => {};
  const received = new Promise<string>((resolve) => {
    let seen = false;
    handler = (name) => {
      if (seen) process.exit(ExitCode.failed);
      seen = true;
      resolve(name);
    };
    for (const name of names) process.on(name, handler);
  });
  return {
    received,
    ignore() {
      for (const name of names) process.off(name, handler);
    },
  };
}
