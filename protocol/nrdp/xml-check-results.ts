import { nrdpRow, type RowsReading } from './nrdp-result.ts';
import { childText, readXml } from './read-xml.ts';
import { requestResultsMax } from './request-limits.ts';

/**
 * Reads the check results of an XML document. The name of the root is not looked at,
 * fields are in any order, and elements that mean nothing here are passed over, all as in the
 * real server.
 *
 * Source: the format that NRDP's clients send.
 */
export function readXmlCheckResults(text: string): RowsReading {
  const reading = readXml(text);
  if (!reading.ok) return { ok: false, information: reading.message };
  const checks = reading.root.children.filter(({ name }) => name === 'checkresult');
  if (checks.length > requestResultsMax) {
    return { ok: false, information: `more than ${requestResultsMax} check results` };
  }
  const rows = checks.map((check) =>
    nrdpRow({
      type: check.attributes['type'],
      hostname: childText(check, 'hostname'),
      servicename: childText(check, 'servicename'),
      state: childText(check, 'state'),
      output: childText(check, 'output'),
      time: childText(check, 'time'),
    }),
  );
  return { ok: true, rows };
}
