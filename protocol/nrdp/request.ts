import { type ByteString, byteStringFrom } from '../byte-string.ts';
import type { FormParameters } from './form-parameters.ts';
import { readJsonCheckResults } from './json-check-results.ts';
import type { RowsReading } from './nrdp-result.ts';
import { requestText } from './request-text.ts';
import { readXmlCheckResults } from './xml-check-results.ts';

/** How a request's data is written, and its answer. */
export type NrdpFormat = 'xml' | 'json';

/** What a client asks for. */
export type NrdpCommand =
  | { readonly kind: 'hello' }
  | { readonly kind: 'submitcheck'; readonly data: Uint8Array | undefined }
  /** An external command without its time. */
  | { readonly kind: 'submitcmd'; readonly command: ByteString }
  /** `name` is empty when no command was given. */
  | { readonly kind: 'unknown'; readonly name: ByteString };

export interface NrdpRequest {
  readonly command: NrdpCommand;
  /** Empty when none was given. */
  readonly token: ByteString;
  readonly format: NrdpFormat;
  /** Whether JSON is to be written for people. */
  readonly pretty: boolean;
}

/**
 * What the parameters of a request ask for. Check results are not read yet, so that
 * nothing is parsed for those who have no right token.
 *
 * Source: NRDP's documentation of its API, and what its server accepts.
 */
export function nrdpRequest(parameters: FormParameters): NrdpRequest {
  const text = (name: string) => byteStringFrom(parameters.get(name) ?? new Uint8Array());
  const xml = parameters.get('xml') ?? parameters.get('xmldata') ?? parameters.get('XMLDATA');
  const json = parameters.get('json') ?? parameters.get('jsondata') ?? parameters.get('JSONDATA');
  const format = formatOf(text('output_type'), xml, json);
  return {
    command: commandOf(text('cmd'), format === 'json' ? json : xml, text('command')),
    token: text('token'),
    format,
    pretty: parameters.has('pretty'),
  };
}

/** Reads the check results of a request. */
export function readCheckResults(data: Uint8Array | undefined, format: NrdpFormat): RowsReading {
  if (data === undefined || data.length === 0) return { ok: false, information: 'no data' };
  const text = requestText(data);
  return format === 'json' ? readJsonCheckResults(text) : readXmlCheckResults(text);
}

function formatOf(
  outputType: ByteString,
  xml: Uint8Array | undefined,
  json: Uint8Array | undefined,
): NrdpFormat {
  if (outputType === 'TYPE_XML') return 'xml';
  if (outputType === 'TYPE_JSON') return 'json';
  return xml === undefined && json !== undefined ? 'json' : 'xml';
}

function commandOf(
  name: ByteString,
  data: Uint8Array | undefined,
  command: ByteString,
): NrdpCommand {
  switch (name.toLowerCase()) {
    case 'hello':
      return { kind: 'hello' };
    case 'submitcheck':
      return { kind: 'submitcheck', data };
    case 'submitcmd':
    case 'submitrawcmd':
      return { kind: 'submitcmd', command };
    default:
      return { kind: 'unknown', name };
  }
}
