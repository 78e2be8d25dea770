import { pipeBufBytes } from '../../platform/command-file.ts';
import { bytesOf } from '../../protocol/byte-string.ts';
import type { CheckResult } from '../../protocol/check-result.ts';
import { externalCommandLine } from '../../protocol/external-command.ts';
import type { JournalEntry } from '../journal/result-journal.ts';

/** Whole command lines that are written together, and the last entry that they hold. */
export interface LineChunk {
  readonly kind: 'lines';
  readonly bytes: Buffer;
  readonly results: number;
  readonly throughSequence: number;
}

/** A result whose line is longer than a pipe takes in one piece. */
export interface LongResult {
  readonly kind: 'long';
  readonly line: string;
  readonly result: CheckResult;
  readonly throughSequence: number;
}

/**
 * Packs entries into chunks of whole lines of at most PIPE_BUF bytes, so that
 * none is torn and none mixes with the lines of another writer. A result with a
 * longer line comes alone.
 */
export function* lineChunks(
  entries: readonly JournalEntry[],
): Generator<LineChunk | LongResult, void, undefined> {
  let lines = '';
  let results = 0;
  let throughSequence = 0;
  for (const { sequence, result } of entries) {
    const line = externalCommandLine(result);
    if (results > 0 && lines.length + line.length > pipeBufBytes) {
      yield { kind: 'lines', bytes: bytesOf(lines), results, throughSequence };
      lines = '';
      results = 0;
    }
    if (line.length > pipeBufBytes) {
      yield { kind: 'long', line, result, throughSequence: sequence };
      continue;
    }
    lines += line;
    results++;
    throughSequence = sequence;
  }
  if (results > 0) yield { kind: 'lines', bytes: bytesOf(lines), results, throughSequence };
}
