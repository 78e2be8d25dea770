import assert from 'node:assert/strict';
import { test } from 'node:test';
import { filesBelow, projectFile } from './project-files.ts';

const { author, homepage, version } = JSON.parse(projectFile('package.json').text);

/** The value of a key of a YAML file, or the first of its list. */
function keyOf(yaml: string, key: string): string | undefined {
  return new RegExp(`^ *${key}:(?:\\n *-)? *(.*)$`, 'm').exec(yaml)?.[1];
}

test('package.json says who publishes what, and the Ansible collection says the same', () => {
  const galaxy = projectFile('scripts/ansible/galaxy.yml').text;
  assert.deepEqual(
    { author, homepage, version },
    {
      author: keyOf(galaxy, 'authors'),
      homepage: keyOf(galaxy, 'repository'),
      version: keyOf(galaxy, 'version'),
    },
  );
  assert.match(
    projectFile('scripts/ansible/CHANGELOG.md').text,
    new RegExp(`^## ${version}$`, 'm'),
  );
  const [name] = author.split(' <');
  const roles = filesBelow(['scripts/ansible/roles'], 'main.yml').filter(({ path }) =>
    path.endsWith('/meta/main.yml'),
  );
  assert.equal(roles.length, 3);
  for (const { path, text } of roles) assert.equal(keyOf(text, 'author'), name, path);
});
