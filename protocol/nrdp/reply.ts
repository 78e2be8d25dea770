import type { NrdpFormat } from './request.ts';
import { xmlText } from './xml-text.ts';

/** A check that was refused. */
export interface RefusedCheck {
  /** Which of the request's checks, from 0. */
  readonly index: number;
  readonly reason: string;
}

/** The answer to a request. */
export interface NrdpReply {
  /** 0 when it was done, otherwise -1. */
  readonly status: 0 | -1;
  /** `OK`, or one of NRDP's own words for what is wrong. */
  readonly message: string;
  /** More about what is wrong. */
  readonly information?: string;
  /** How many checks were taken. */
  readonly processed?: number;
  /** nagtail's addition; other clients pass it over. */
  readonly refused?: readonly RefusedCheck[];
}

export const contentTypes: Readonly<Record<NrdpFormat, string>> = {
  xml: 'text/xml;charset=UTF-8',
  json: 'application/json',
};

/**
 * The answer as text. `status` and `message` stand where the real server has them: its
 * clients look for these tags and do not read XML.
 *
 * Source: the answers of the real server.
 */
export function encodeReply(reply: NrdpReply, format: NrdpFormat, pretty: boolean): string {
  return format === 'json' ? jsonReply(reply, pretty) : xmlReply(reply);
}

/** The answer to `hello`. */
export function encodeHello(version: string, format: NrdpFormat, pretty: boolean): string {
  if (format === 'json') {
    const response = { status: 0, message: 'OK', product: 'nrdp', version };
    return jsonText({ response }, pretty);
  }
  return (
    '<?xml version="1.0" encoding="utf-8"?>\n<response>\n    <status>0</status>\n' +
    '    <message>OK</message>\n    <product>nrdp</product>\n' +
    `    <version>${xmlText(version)}</version>\n</response>\n`
  );
}

function processedText(processed: number): string {
  return `${processed} checks processed`;
}

function xmlReply({ status, message, information, processed, refused = [] }: NrdpReply): string {
  const more = information === undefined ? '' : element(4, 'information', information);
  const output = processed === undefined ? '' : element(8, 'output', processedText(processed));
  const list = refused
    .map(({ index, reason }) => `        <refused check="${index}">${xmlText(reason)}</refused>\n`)
    .join('');
  const meta = output + list === '' ? '' : `    <meta>\n${output}${list}    </meta>\n`;
  return (
    `<?xml version="1.0" encoding="utf-8"?>\n<result>\n    <status>${status}</status>\n` +
    `${element(4, 'message', message)}${more}${meta}</result>\n`
  );
}

function element(indent: number, name: string, text: string): string {
  return `${' '.repeat(indent)}<${name}>${xmlText(text)}</${name}>\n`;
}

function jsonReply(
  { status, message, information, processed, refused = [] }: NrdpReply,
  pretty: boolean,
): string {
  const output = processed === undefined ? {} : { output: processedText(processed) };
  const list = refused.length === 0 ? {} : { refused: refused.map(asCheck) };
  const meta = { ...output, ...list };
  const result = {
    status,
    message,
    ...(information === undefined ? {} : { information }),
    ...(Object.keys(meta).length === 0 ? {} : { meta }),
  };
  return jsonText({ result }, pretty);
}

function asCheck({ index, reason }: RefusedCheck) {
  return { check: index, reason };
}

function jsonText(value: object, pretty: boolean): string {
  return pretty ? `${JSON.stringify(value, undefined, 4)}\n` : JSON.stringify(value);
}
