import { type ByteString, bytesOf } from '../byte-string.ts';
import type { CheckResult } from '../check-result.ts';
import { requestText } from './request-text.ts';
import { xmlText } from './xml-text.ts';

/**
 * The XML document that submits check results. A backslash in an output becomes two, as
 * Nagios reads it behind NRDP; newlines stay as they are. Bytes that are not UTF-8 are taken
 * for Latin-1. `time` is what nagtail-shim keeps; the real server passes it over unless it was
 * told otherwise.
 */
export function encodeCheckResults(results: readonly CheckResult[]): string {
  return `<?xml version='1.0' encoding='UTF-8'?>\n<checkresults>\n${results.map(element).join('')}</checkresults>\n`;
}

function element({ host, service, returnCode, output, time }: CheckResult): string {
  const type = service === null ? 'host' : 'service';
  const name = service === null ? '' : `<servicename>${field(service)}</servicename>`;
  const text = field(output.replaceAll('\\', '\\\\'));
  return (
    `<checkresult type='${type}' checktype='1'><hostname>${field(host)}</hostname>${name}` +
    `<state>${returnCode}</state><output>${text}</output><time>${time}</time></checkresult>\n`
  );
}

function field(text: ByteString): string {
  return xmlText(requestText(bytesOf(text)));
}
