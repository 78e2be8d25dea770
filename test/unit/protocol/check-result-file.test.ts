import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkResultFile } from '../../../protocol/check-result-file.ts';

const service = { host: 'h', service: 's', returnCode: 2, output: 'full', time: 17 };

test('a record for each result, ended by an empty line', () => {
  const host = { host: 'g', service: null, returnCode: 1, output: 'a\\b\nc|d=1', time: 18 };
  assert.equal(
    checkResultFile('t', [service, host]),
    `### t ###

host_name=h
service_description=s
check_type=1
check_options=0
scheduled_check=0
reschedule_check=0
latency=0.0
start_time=17.0
finish_time=17.0
early_timeout=0
exited_ok=1
return_code=2
output=full

host_name=g
check_type=1
check_options=0
scheduled_check=0
reschedule_check=0
latency=0.0
start_time=18.0
finish_time=18.0
early_timeout=0
exited_ok=1
return_code=1
output=a\\\\b\\nc|d=1

`,
  );
});

test('a return code that Nagios does not know becomes UNKNOWN', () => {
  for (const returnCode of [-1, 4, 65535]) {
    assert.match(checkResultFile('t', [{ ...service, returnCode }]), /\nreturn_code=3\n/);
  }
});
