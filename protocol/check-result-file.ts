import type { ByteString } from './byte-string.ts';
import type { CheckResult } from './check-result.ts';
import { escapeOutput } from './external-command.ts';

/**
 * The text of a file for Nagios' check_result_path: a comment, then a record for each result,
 * ended by an empty line. Outputs are escaped as in the command file. There is no `file_time`:
 * with one Nagios would throw the file away when that is old, with none it looks at the
 * file's own time, which can be renewed.
 *
 * Names must have been admitted: with a newline in one it would become a key of its own.
 * Return codes beyond 0 to 3 become 3, as Nagios makes them of a command's.
 *
 * Source: what Nagios Core reads (`process_check_result_file`), as observed with 4.4.6.
 */
export function checkResultFile(title: ByteString, results: readonly CheckResult[]): ByteString {
  return `### ${title} ###\n\n${results.map(record).join('')}`;
}

function record({ host, service, returnCode, output, time }: CheckResult): ByteString {
  const serviceLine = service === null ? '' : `service_description=${service}\n`;
  const code = returnCode >= 0 && returnCode <= 3 ? returnCode : 3;
  return (
    `host_name=${host}\n${serviceLine}` +
    'check_type=1\ncheck_options=0\nscheduled_check=0\nreschedule_check=0\nlatency=0.0\n' +
    `start_time=${time}.0\nfinish_time=${time}.0\nearly_timeout=0\nexited_ok=1\n` +
    `return_code=${code}\noutput=${escapeOutput(output)}\n\n`
  );
}
