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
  assert.equal(keyOf(galaxy, 'authors'), author);
  assert.equal(keyOf(galaxy, 'repository'), homepage);
  // The collection has versions of its own: Galaxy takes none below 1.
  const changes = projectFile('scripts/ansible/CHANGELOG.md').text;
  assert.equal(/^## (.*)$/m.exec(changes)?.[1], keyOf(galaxy, 'version'));
  const [name] = author.split(' <');
  const roles = filesBelow(['scripts/ansible/roles'], 'main.yml').filter(({ path }) =>
    path.endsWith('/meta/main.yml'),
  );
  assert.equal(roles.length, 3);
  for (const { path, text } of roles) assert.equal(keyOf(text, 'author'), name, path);
});

test('the labels of the image say the same', () => {
  const dockerfile = projectFile('Dockerfile').text;
  const label = (name: string) =>
    new RegExp(`org\\.opencontainers\\.image\\.${name}="([^"]*)"`).exec(dockerfile)?.[1];
  assert.deepEqual([label('authors'), label('url'), label('version')], [author, homepage, version]);
});
