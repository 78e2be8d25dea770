import type { ByteString } from '../../protocol/byte-string.ts';
import type { Host } from '../sec/engine/host.ts';

/** A process of a rule that has ended. */
export interface ChildEnd {
  /** Its process id, or what stands for it. */
  readonly child: number | string;
  readonly exitCode: number;
  readonly command: ByteString;
  /** It belongs to a SingleWithScript rule: its exit code is an answer and no failure. */
  readonly isScript: boolean;
}

/** Tells how a process ended, as SEC does. */
export function tellChildEnd(end: ChildEnd, host: Pick<Host, 'log' | 'detail'>): void {
  const { child, exitCode, command, isScript } = end;
  if (isScript) {
    const code = exitCode === 0 ? 'exitcode 0' : `non-zero exitcode ${exitCode}`;
    host.detail?.(`Child ${child} terminated with ${code}`);
  } else if (exitCode !== 0) {
    host.log(3, `Child ${child} terminated with non-zero exitcode ${exitCode} ( ${command} )`);
  }
}
