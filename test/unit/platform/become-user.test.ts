import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import path from 'node:path';
import { test } from 'node:test';

const skip = process.getuid?.() === 0 ? false : 'only root can become another user';
const module = path.resolve(import.meta.dirname, '../../../platform/become-user.ts');

/** Becomes somebody in a process of its own, and tells who that is then. */
function become(user: string | undefined, group: string | undefined) {
  const code = `
    import { becomeUser } from ${JSON.stringify(module)};
    becomeUser(${JSON.stringify({ user, group })}, 'x.cfg');
    const { getuid, geteuid, getgid, getegid, getgroups } = process;
    console.log(JSON.stringify([getuid(), geteuid(), getgid(), getegid(), getgroups()]));`;
  const args = ['--input-type=module-typescript', '--eval', code];
  const { stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
  return stdout === '' ? stderr : JSON.parse(stdout);
}

const idOf = (...args: readonly string[]) => Number(execFileSync('id', args, { encoding: 'utf8' }));

test('a user alone comes with its own groups: nothing of root is left', { skip }, () => {
  const [uid, gid] = [idOf('-u', 'nobody'), idOf('-g', 'nobody')];
  assert.deepEqual(become('nobody', undefined), [uid, uid, gid, gid, [gid]]);
});

test('a user with another group', { skip }, () => {
  const uid = idOf('-u', 'nobody');
  const [, , gid, egid, groups] = become('nobody', 'daemon');
  const daemon = idOf('-g', 'daemon');
  assert.deepEqual([gid, egid], [daemon, daemon]);
  assert.ok(!groups.includes(0));
  assert.equal(become('nobody', 'daemon')[0], uid);
});

test('nobody of that name: said, with the file that asks for it', { skip }, () => {
  assert.match(become('no-such-user', undefined), /x\.cfg: cannot become user no-such-user, group/);
});
