import {
  type KeyTable,
  type ReadContext,
  type ReadSection,
  readKey,
  readSection,
} from '../../platform/config-schema.ts';
import type { IniFile, IniSection } from '../../platform/ini-file.ts';
import type { Place, ProblemList } from '../../platform/problem.ts';
import { readRemoteReceiver } from '../../senders/remote-receiver.ts';
import type { NameOptions, SinkOptions } from '../sink/create-sink.ts';
import { findCommandFile } from './find-command-file.ts';
import { commandFileSinkKeys, sinkKeys, spoolSinkKeys } from './sink-keys.ts';

/** `[sink.NAME]`: where results are handed over. */
export interface SinkConfig {
  readonly place: Place;
  /** How its path was found, where none is given. */
  readonly foundBy?: string;
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

/** Reads a `[sink.NAME]` by the keys of its type; undefined after reporting what is wrong. */
function readSink(
  section: IniSection,
  context: ReadContext,
  problems: ProblemList,
): SinkConfig | undefined {
  const type = readKey('type', sinkKeys.type, section, context, problems);
  if (type === undefined) return undefined;
  if (type === 'command-file') return readCommandFile(section, context, problems);
  if (type === 'check-result-spool') return readSpool(section, context, problems);
  const receiver = readRemoteReceiver(type, section, sinkKeys, context, problems);
  const { name, place } = section;
  return receiver && { place, options: { type: 'forward', name, receiver } };
}

function readCommandFile(
  section: IniSection,
  context: ReadContext,
  problems: ProblemList,
): SinkConfig | undefined {
  const keys = { ...sinkKeys, ...commandFileSinkKeys };
  const read = readSection(section, keys, context, problems);
  if (read === undefined) return undefined;
  const { create, spool, objects_cache, unknown_names } = read.values;
  const found = read.values.path === undefined ? findCommandFile() : undefined;
  const path = read.values.path ?? found?.path;
  if (path === undefined) {
    const message = `[sink.${read.name}] needs 'path': no Nagios was found in its usual places; expected its command_file`;
    problems.error(section.place, message);
    return undefined;
  }
  return {
    place: placeOf(read),
    ...(found === undefined ? {} : { foundBy: found.from }),
    options: {
      type: 'command-file',
      name: read.name,
      path,
      create,
      spool: spool === undefined ? undefined : { path: spool },
      names: namesOf(objects_cache, unknown_names),
    },
  };
}

function readSpool(
  section: IniSection,
  context: ReadContext,
  problems: ProblemList,
): SinkConfig | undefined {
  const read = readSection(section, { ...sinkKeys, ...spoolSinkKeys }, context, problems);
  if (read === undefined) return undefined;
  const { path, objects_cache, unknown_names } = read.values;
  const names = namesOf(objects_cache, unknown_names);
  const options = { type: 'check-result-spool', name: read.name, path, names } as const;
  return { place: placeOf(read), options };
}

function namesOf(
  objectsCache: string | undefined,
  unknown: NameOptions['unknown'],
): NameOptions | undefined {
  return objectsCache === undefined ? undefined : { objectsCache, unknown };
}

function placeOf({ given, place }: ReadSection<KeyTable>): Place {
  return given.get('path')?.place ?? place;
}
