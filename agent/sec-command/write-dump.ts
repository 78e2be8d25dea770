import { writeFileSync } from 'node:fs';
import { systemCodeOf } from '../../platform/errors.ts';
import { bytesOf } from '../../protocol/byte-string.ts';
import type { Host } from '../sec/engine/host.ts';
import { systemMessage } from '../sec-program/system-message.ts';
import { dumpJson } from './dump-json.ts';
import { type DumpParts, dumpState } from './dump-state.ts';
import { dumpText } from './dump-text.ts';

/** Writes a dump where the options say, and tells so; never over a file that exists. */
export function writeDump(parts: DumpParts, host: Pick<Host, 'log'>): void {
  const { dumpFile, dumpTimeStamp, dumpAsJson } = parts.program.options;
  const name = dumpTimeStamp ? `${dumpFile}.${parts.now}` : dumpFile;
  const state = dumpState(parts);
  const bytes = dumpAsJson ? dumpJson(state) : bytesOf(dumpText(state));
  try {
    writeFileSync(name, bytes, { flag: 'wx' });
    host.log(6, `Dump to ${name} completed`);
  } catch (error) {
    const exists = systemCodeOf(error) === 'EEXIST';
    const reason = systemMessage(error);
    if (exists) host.log(3, `Can't write to dumpfile: ${name} exists`);
    else host.log(3, `Can't open dumpfile ${name} for writing (${reason})`);
  }
}
