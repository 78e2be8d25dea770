import { type ByteString, byteStringOf } from '../byte-string.ts';
import type { CheckResult } from '../check-result.ts';
import { unescapeOutput } from '../parse-external-command.ts';

/** A check result as a client told it; the time only where it told one. */
export type NrdpResult = Omit<CheckResult, 'time'> & { readonly time?: number };

/** One check of a request: a result, or why it is none. */
export type NrdpRow =
  | { readonly kind: 'result'; readonly result: NrdpResult }
  | { readonly kind: 'fault'; readonly host: ByteString; readonly reason: string };

/** The checks of a request; or why the document as a whole cannot be read. */
export type RowsReading =
  | { readonly ok: true; readonly rows: readonly NrdpRow[] }
  | { readonly ok: false; readonly information: string };

/** The fields of a check as they stand in a document; undefined: it is not there. */
export interface CheckFields {
  /** `host` or `service`. */
  readonly type: string | undefined;
  readonly hostname: string | undefined;
  readonly servicename: string | undefined;
  readonly state: string | undefined;
  readonly output: string | undefined;
  readonly time: string | undefined;
}

/**
 * What the fields of a check say. In the output `\n` and `\\` are read as Nagios reads them:
 * NRDP puts it into Nagios' spool file as it is. A state that is no number is a fault; the
 * real server would make an OK of it.
 */
export function nrdpRow(fields: CheckFields): NrdpRow {
  const host = byteStringOf((fields.hostname ?? '').trim());
  const fault = (reason: string): NrdpRow => ({ kind: 'fault', host, reason });
  const type = (fields.type ?? 'host').trim();
  if (type !== 'host' && type !== 'service') return fault('its type is neither host nor service');
  const service = type === 'host' ? null : byteStringOf((fields.servicename ?? '').trim());
  if (service === '') return fault('the service description is missing');
  const state = (fields.state ?? '').trim();
  if (!/^-?\d{1,5}$/.test(state)) return fault('the state is no number');
  const time = timeOf(fields.time);
  const output = unescapeOutput(byteStringOf(fields.output ?? ''));
  const result = { host, service, returnCode: Number(state), output };
  return { kind: 'result', result: time === undefined ? result : { ...result, time } };
}

/** Unix time in whole seconds; undefined when there is none that makes sense. */
function timeOf(text = ''): number | undefined {
  const seconds = /^(\d{1,12})(?:\.\d*)?$/.exec(text.trim())?.[1];
  return seconds === undefined || Number(seconds) === 0 ? undefined : Number(seconds);
}
