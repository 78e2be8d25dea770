import { pipeBufBytes } from '../../platform/command-file.ts';
import { bytesOf } from '../../protocol/byte-string.ts';
import { externalCommandLine } from '../../protocol/external-command.ts';
import type { JournalEntry } from '../journal/result-journal.ts';

/** Whole command lines that are written together, and the last entry that they hold. */
export interface LineChunk {
  readonly bytes: Buffer;
  readonly results: number;
  readonly throughSequence: number;
}

/**
 * Packs entries into chunks of whole lines of at most PIPE_BUF bytes, so that
 * none is torn and none mixes with the lines of another writer. A line that is
 * longer is a chunk of its own.
 */
export function* lineChunks(entries: readonly JournalEntry[]): Generator<LineChunk> {
  let lines = '';
  let results = 0;
  let throughSequence = 0;
  for (const { sequence, result } of entries) {
    const line = externalCommandLine(result);
    if (results > 0 && lines.length + line.length > pipeBufBytes) {
      yield { bytes: bytesOf(lines), results, throughSequence };
      lines = '';
      results = 0;
    }
    lines += line;
    results++;
    throughSequence = sequence;
  }
  if (results > 0) yield { bytes: bytesOf(lines), results, throughSequence };
}
