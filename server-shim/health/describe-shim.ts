import { durationText } from '../../platform/duration-text.ts';
import { textTable } from '../../platform/text-table.ts';
import type { ShimStatus } from '../metrics/shim-status.ts';

/** A receiver's status for people. */
export function describeShim(status: ShimStatus): string {
  const { version, pid, startedAt, now, config, listeners, journal, sinks, counters } = status;
  const ways = listeners.map(({ protocol, port, connections, maxConnections }) => [
    protocol,
    `port ${port}`,
    `${connections} of ${maxConnections} connections`,
  ]);
  const out = sinks.map(({ name, written, waiting, trouble, oldestTime }) => [
    name,
    `${written} written`,
    `${waiting} waiting`,
    oldestTime === undefined ? '' : `the oldest ${durationText(now - oldestTime)} old`,
    trouble === undefined ? '' : `BLOCKED: ${trouble}`,
  ]);
  const counted = Object.entries(counters).filter(([, number]) => number > 0);
  const numbers = counted.map(([name, number]) => [name, String(number)]);
  const kept = config.isCurrent
    ? ''
    : '\nAn earlier CONFIGURATION goes on: the one that was read last has errors';
  return [
    `nagtail-shim ${version}, process ${pid}, up ${durationText(now - startedAt)}${kept}\n`,
    `Listeners: ${ways.length}\n${textTable(ways, '  ')}`,
    `Journal: ${journal.results} of ${journal.limits.maxResults} results, ${journal.bytes} bytes on disk\n`,
    `Sinks: ${out.length}\n${textTable(out, '  ')}`,
    `Counters that are not 0:\n${textTable(numbers, '  ')}`,
  ].join('\n');
}
