import path from 'node:path';
import { type ReadContext, readKey, readSection } from '../../platform/config-schema.ts';
import type { IniSection } from '../../platform/ini-file.ts';
import type { Place, ProblemList } from '../../platform/problem.ts';
import { defaultLateWriterMs } from '../input/follow-options.ts';
import type { JournalQuery } from '../input/journal/journal-query.ts';
import { fileInputKeys, inputKeys, journalInputKeys } from './input-keys.ts';

/** A log that is followed. */
export interface InputConfig {
  readonly name: string;
  readonly place: Place;
  /** A file, several files, `-`; of a journal `journal:NAME`, which rules see as its name. */
  readonly path: string;
  /** What is asked of the systemd journal; then no file is read. */
  readonly journal: JournalQuery | undefined;
  readonly fromStart: boolean;
  /** Longer lines are cut. */
  readonly lineBytesMax: number;
  /** How long a file that was rotated away stays open after its last byte. */
  readonly lateWriterMs: number;
  /** Its folder is not watched. */
  readonly pollOnly: boolean;
  /** The internal context of its lines. */
  readonly context: string | undefined;
}

/** Reads an `[input.NAME]` by the keys of its type; undefined after reporting what is wrong. */
export function readInput(
  section: IniSection,
  context: ReadContext,
  problems: ProblemList,
): InputConfig | undefined {
  switch (readKey('type', inputKeys.type, section, context, problems)) {
    case 'file':
      return readFileInput(section, context, problems);
    case 'journal':
      return readJournalInput(section, context, problems);
    case undefined:
      return undefined;
  }
}

function readFileInput(
  section: IniSection,
  context: ReadContext,
  problems: ProblemList,
): InputConfig | undefined {
  const read = readSection(section, { ...inputKeys, ...fileInputKeys }, context, problems);
  if (read === undefined) return undefined;
  const { path: given, from_start, max_line_bytes, context: lineContext } = read.values;
  const { late_writer_seconds, poll_only } = read.values;
  return {
    name: read.name,
    place: read.given.get('path')?.place ?? read.place,
    path: given === '-' ? given : path.resolve(context.folder, given),
    journal: undefined,
    fromStart: from_start,
    lineBytesMax: max_line_bytes,
    lateWriterMs: late_writer_seconds * 1_000,
    pollOnly: poll_only,
    context: lineContext,
  };
}

function readJournalInput(
  section: IniSection,
  context: ReadContext,
  problems: ProblemList,
): InputConfig | undefined {
  const read = readSection(section, { ...inputKeys, ...journalInputKeys }, context, problems);
  if (read === undefined) return undefined;
  const { from_start, max_line_bytes, context: lineContext } = read.values;
  const { units, matches, directory } = read.values;
  return {
    name: read.name,
    place: read.place,
    path: `journal:${read.name}`,
    journal: { units, matches, directory },
    fromStart: from_start,
    lineBytesMax: max_line_bytes,
    lateWriterMs: defaultLateWriterMs,
    pollOnly: false,
    context: lineContext,
  };
}
