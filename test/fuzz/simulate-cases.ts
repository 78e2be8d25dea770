import { runSimulation, type SimulationOptions } from '../../agent/simulate/run-simulation.ts';
import { textLines } from '../../agent/simulate/transcript.ts';
import { logTo } from '../../platform/log.ts';
import type { EngineAnswer } from './engine-process.ts';

/* The process behind an EngineProcess: is sent names of cases, answers with transcripts. */

/** What the product would log: each record is a fault, for these cases give no reason for one. */
const faults: string[] = [];
const log = logTo(({ level, code, message }) => {
  if (level !== 'debug') faults.push(`${code}: ${message}`);
});

/** What \`nagtail simulate\` does when it is not told otherwise, and all that it tells. */
const defaults: Omit<SimulationOptions, 'scenario'> = {
  conf: [],
  secOptions: [],
  debug: 6,
  start: 1_700_000_000,
  tz: 'UTC',
  tail: false,
  prefilter: true,
};

process.on('message', (file: string) => process.send?.(answerTo(file)));

function answerTo(scenario: string): EngineAnswer {
  faults.length = 0;
  try {
    const transcript = runSimulation({ ...defaults, scenario }, { log });
    if (faults.length > 0) return { problem: `it logged ${faults.join('; ')}` };
    return { transcript: `${textLines(transcript).join('\n')}\n` };
  } catch (error) {
    return { problem: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
}
