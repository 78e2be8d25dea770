import { readdirSync } from 'node:fs';
import { counter, gauge, type MetricFamily } from './metric-family.ts';

/** What Prometheus' own libraries tell of a process, under their names. */
export function processMetrics(): readonly MetricFamily[] {
  const { user, system } = process.cpuUsage();
  const { rss, heapUsed, external } = process.memoryUsage();
  const { active } = performance.eventLoopUtilization();
  const startedAt = Math.floor(performance.timeOrigin / 1000);
  const fds = openDescriptors();
  return [
    counter(
      'process_cpu_seconds_total',
      'Processor time of all threads, in user and system mode.',
      (user + system) / 1e6,
    ),
    gauge('process_resident_memory_bytes', 'Resident memory.', rss),
    gauge('process_start_time_seconds', 'Unix time of the start.', startedAt),
    ...(fds === undefined ? [] : [gauge('process_open_fds', 'Open file descriptors.', fds)]),
    gauge('nodejs_heap_used_bytes', "Memory of the main thread's objects.", heapUsed),
    gauge('nodejs_external_memory_bytes', "Memory of the main thread's buffers.", external),
    counter(
      'nodejs_eventloop_active_seconds_total',
      'Time in which the main thread was busy.',
      active / 1000,
    ),
  ];
}

function openDescriptors(): number | undefined {
  try {
    // One of them reads the folder.
    return readdirSync('/proc/self/fd').length - 1;
  } catch {
    return undefined;
  }
}
