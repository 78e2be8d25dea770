import assert from 'node:assert/strict';
import { test } from 'node:test';
import { admitCommand } from '../../../../server-shim/admit/admit-command.ts';
import { identitiesOf } from '../../../support/ng-listener.ts';

const commands = 'ENABLE_NOTIFICATIONS|ADD_HOST_COMMENT;web01;.*|PROCESS_.*';
const identity = identitiesOf({ name: 'web01', commands }).find('web01');
assert.ok(identity);

const cases: readonly (readonly [string, string])[] = [
  ['ENABLE_NOTIFICATIONS', '[7] ENABLE_NOTIFICATIONS\n'],
  ['ADD_HOST_COMMENT;web01;1;me;a\tb\x07', '[7] ADD_HOST_COMMENT;web01;1;me;a b \n'],
  ['ENABLE_NOTIFICATIONS;', 'NOT_ALLOWED'],
  ['ADD_HOST_COMMENT;db01;1;me;x', 'NOT_ALLOWED'],
  ['DISABLE_NOTIFICATIONS', 'NOT_ALLOWED'],
  ['PROCESS_FILE;/tmp/x;1', 'NOT_ALLOWED'],
  ['PROCESS_HOST_CHECK_RESULT;db01;0;x', 'NOT_ALLOWED'],
  ['PROCESS_SERVICE_CHECK_RESULT', 'NOT_ALLOWED'],
  ['', 'COMMAND_INVALID'],
  ['enable_notifications', 'COMMAND_INVALID'],
  [' ENABLE_NOTIFICATIONS', 'COMMAND_INVALID'],
  ['ENABLE_NOTIFICATIONS ', 'COMMAND_INVALID'],
  ['ADD_HOST_COMMENT;web01;\n[1] SHUTDOWN_PROGRAM', 'COMMAND_INVALID'],
  ['ADD_HOST_COMMENT;web01;\r', 'COMMAND_INVALID'],
  ['ADD_HOST_COMMENT;web01;\0', 'COMMAND_INVALID'],
  [`ADD_HOST_COMMENT;web01;${'x'.repeat(4_096)}`, 'COMMAND_INVALID'],
];
for (const [command, expected] of cases) {
  test(`${JSON.stringify(command.slice(0, 60))} → ${JSON.stringify(expected.slice(0, 60))}`, () => {
    const admission = admitCommand(command, 7, identity);
    assert.equal(admission.kind === 'accepted' ? admission.line : admission.code, expected);
  });
}
