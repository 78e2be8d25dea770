import { type ReadContext, readSection } from '../../platform/config-schema.ts';
import type { IniFile, IniSection } from '../../platform/ini-file.ts';
import type { Place, ProblemList } from '../../platform/problem.ts';
import type { SinkOptions } from '../sink/create-sink.ts';
import { sinkKeys } from './sink-keys.ts';

/** `[sink.NAME]`: where results are handed over. */
export interface SinkConfig {
  readonly place: Place;
  readonly options: SinkOptions;
}

/** Reads all sinks; undefined when there is none or one has a problem. */
export function readSinks(
  ini: IniFile,
  sections: readonly IniSection[],
  context: ReadContext,
  problems: ProblemList,
): readonly SinkConfig[] | undefined {
  if (sections.length === 0) {
    const message = 'nowhere to hand results over: expected a [sink.NAME] section';
    problems.error({ file: ini.file }, message);
    return undefined;
  }
  const sinks = sections.map((section) => readSink(section, context, problems));
  const sound = sinks.filter((sink) => sink !== undefined);
  return sound.length === sinks.length ? sound : undefined;
}

function readSink(
  section: IniSection,
  context: ReadContext,
  problems: ProblemList,
): SinkConfig | undefined {
  const read = readSection(section, sinkKeys, context, problems);
  if (read === undefined) return undefined;
  const { type, path, create } = read.values;
  return {
    place: read.given.get('path')?.place ?? read.place,
    options: { type, name: read.name, path, create },
  };
}
