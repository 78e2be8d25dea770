import { writeSync } from 'node:fs';
import { isatty } from 'node:tty';
import { systemClock, unixSeconds } from '../../platform/clock.ts';
import { detach, takeDetachedMark } from './detach.ts';
import { changeIdentity } from './identity.ts';
import { isInteractive } from './is-interactive.ts';
import { OptionSource } from './option-source.ts';
import { helpText, programName, versionText } from './sec-help.ts';
import { complain, SecLog } from './sec-log.ts';
import { SecSession } from './sec-session.ts';
import { SignalInbox } from './signal-inbox.ts';

const standardOutput = 1;
const standardError = 2;

/**
 * SEC's own command line.
 * @param args what SEC's program would be given
 * @param environment that of the process: SECRC names a file, a dump shows all of it
 * @returns SEC's exit code
 */
export async function runSec(
  args: readonly string[],
  environment: NodeJS.ProcessEnv,
): Promise<number> {
  const inBackground = takeDetachedMark(environment);
  const optionSource = new OptionSource(args, environment);
  const { options, wanted, complaints } = optionSource.read();
  const inForeground = !options.detach || options.testOnly || wanted !== undefined;
  if (!inForeground && !inBackground) return await detach(environment);
  // At once: a signal that nobody listens for ends the program. A terminal's INT shall.
  const except = isInteractive() && !inBackground ? (['INT'] as const) : [];
  const runs = wanted === undefined && !options.testOnly;
  const signals = runs ? new SignalInbox(except) : undefined;
  for (const complaint of complaints) complain(complaint);
  if (wanted !== undefined) {
    writeSync(standardOutput, wanted === 'help' ? helpText : versionText);
    return 0;
  }
  const fault = changeIdentity(options);
  if (fault !== undefined) {
    complain(fault);
    return 1;
  }
  const onTerminal = isatty(standardError) || options.testOnly;
  const log = new SecLog(options.debug, onTerminal, () => unixSeconds(systemClock));
  log.open(options);
  log.log(4, programName);
  if (options.detach) {
    log.log(4, 'Changing working directory to /');
    process.chdir('/');
  }
  const session = new SecSession({
    options,
    optionSource,
    environment,
    log,
    signals,
    inBackground,
  });
  const code = options.testOnly ? (session.rulesAreValid ? 0 : 1) : await session.run();
  await session.close();
  return code;
}
