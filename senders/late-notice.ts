import type { ByteString } from '../protocol/byte-string.ts';
import type { CheckResult } from '../protocol/check-result.ts';

/**
 * The output of a result with a notice that it comes late, for protocols by which Nagios
 * cannot learn when a result was made: ` (nagtail: 12 min late, from 2026-11-25 10:20:11)`
 * in the agent's time zone. It stands at the end of the first line and before the performance data,
 * so that it is seen wherever Nagios shows the state, and graphs stay whole.
 *
 * @param now Unix time in seconds
 * @param threshold results that are not later than so many seconds stay as they are; 0: all
 */
export function outputWithLateNotice(
  { output, time }: CheckResult,
  now: number,
  threshold: number,
): ByteString {
  const late = now - time;
  if (threshold === 0 || late <= threshold) return output;
  const notice = `(nagtail: ${duration(late)} late, from ${localTime(time)})`;
  const textEnd = /[|\r\n]/.exec(output)?.index ?? output.length;
  const text = output.slice(0, textEnd).trimEnd();
  // Blanks before the performance data stay where they are.
  return `${text}${text === '' ? '' : ' '}${notice}${output.slice(text.length)}`;
}

/** A duration in its largest sensible unit, rounded down: `75 s`, `12 min`, `5 h`, `3 d`. */
function duration(seconds: number): string {
  if (seconds < 120) return `${seconds} s`;
  if (seconds < 7_200) return `${Math.floor(seconds / 60)} min`;
  if (seconds < 172_800) return `${Math.floor(seconds / 3_600)} h`;
  return `${Math.floor(seconds / 86_400)} d`;
}

function localTime(time: number): string {
  const date = new Date(time * 1_000);
  const two = (value: number) => String(value).padStart(2, '0');
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  return `${day} ${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
}
