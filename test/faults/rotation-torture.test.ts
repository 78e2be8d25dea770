import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { mortalCommand } from '../support/mortal-command.ts';

const script = fileURLToPath(new URL('../tail-torture.sh', import.meta.url));
const follower = fileURLToPath(new URL('../support/follow-lines.ts', import.meta.url));
const reader = `cmd:'${process.execPath}' '${follower}' "$LOG" > "$OUT"`;

/** A burst of 100,000 lines with ten rotations. */
function torture(command: string, mode: string) {
  return mortalCommand(script, [command, mode, 'burst', '100000', '10000']);
}

for (const mode of ['rename', 'copytrunc']) {
  test(`a burst of 100,000 lines with a rotation (${mode}) each 10,000`, async () => {
    const { stdout } = await promisify(execFile)(...torture(reader, mode));
    assert.match(stdout, /^written 100000 seen 100000 lost 0 dup 0 damaged 0 /);
  });
}

test('the same with nagtail run, each line through a rule into a file', async () => {
  const agent = fileURLToPath(new URL('../support/agent-reader', import.meta.url));
  const runs = ['rename', 'copytrunc'].map(async (mode) => {
    // Generations that pass before the agent's first start are not read.
    const env = { ...process.env, AWAIT_READER: '1' };
    return (await promisify(execFile)(...torture(`cmd:${agent}`, mode), { env })).stdout;
  });
  for (const stdout of await Promise.all(runs)) {
    assert.match(stdout, /^written 100000 seen 100000 lost 0 dup 0 damaged 0 /);
  }
});
