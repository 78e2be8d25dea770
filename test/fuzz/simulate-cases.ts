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

/** What `nagtail simulate` does when it is not told otherwise, and all that it tells. */
const defaults: Omit<SimulationOptions, 'scenario' | 'prefilter'> = {
  conf: [],
  secOptions: [],
  debug: 6,
  start: 1_700_000_000,
  tz: 'UTC',
  tail: false,
};

process.on('message', (file: string) => process.send?.(answerTo(file)));

/** Runs a case twice: whether rules are tried only on lines that they can match must change nothing. */
function answerTo(scenario: string): EngineAnswer {
  faults.length = 0;
  try {
    const transcript = transcriptOf(scenario, true);
    if (faults.length > 0) return { problem: `it logged ${faults.join('; ')}` };
    const unfiltered = transcriptOf(scenario, false);
    if (withoutAddresses(unfiltered) === withoutAddresses(transcript)) return { transcript };
    return { problem: `without the prefilter it does something else:\n${unfiltered}` };
  } catch (error) {
    return { problem: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
}

function transcriptOf(scenario: string, prefilter: boolean): string {
  const transcript = runSimulation({ ...defaults, prefilter, scenario }, { log });
  return `${textLines(transcript).join('\n')}\n`;
}

/** Each perl has its code and its hashes elsewhere: `CODE(0x55ba084e32d8)`. */
function withoutAddresses(transcript: string): string {
  return transcript.replaceAll(/\(0x[0-9a-f]+\)/g, '(0x)');
}
