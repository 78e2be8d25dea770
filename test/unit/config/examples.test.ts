import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { readAgentConfig } from '../../../agent/config/agent-config.ts';
import { parseIni } from '../../../platform/ini-file.ts';
import { formatProblem } from '../../../platform/problem.ts';
import { readShimConfig } from '../../../server-shim/config/shim-config.ts';
import { ruleProblems } from '../../support/run-rules.ts';
import { tempDir } from '../../support/temp-dir.ts';
import { filesBelow } from '../../tidy/project-files.ts';

const configurations = filesBelow(['config'], '.ini');
const ruleFiles = filesBelow(['config'], '.sec');

test('there are examples of everything', () => {
  const names = new Set(configurations.map((file) => path.basename(file.path)));
  assert.deepEqual([...names].toSorted(), ['nagtail-shim.ini', 'nagtail.ini']);
  assert.ok(ruleFiles.length >= 3);
});

/** What the scripts that use an example set in its environment. */
const environment = { QUICKSTART_DIR: '/tmp', QUICKSTART_LOG: '/tmp/log', QUICKSTART_PORT: '5667' };

for (const { path: file, text } of configurations) {
  test(`${file} is a configuration without problems`, (t) => {
    for (const [name, value] of Object.entries(environment)) {
      process.env[name] = value;
      t.after(() => delete process.env[name]);
    }
    const read = path.basename(file) === 'nagtail.ini' ? readAgentConfig : readShimConfig;
    const { config, problems } = read(parseIni(withSecrets(text, tempDir(t)), file));
    assert.deepEqual(problems.map(formatProblem), []);
    assert.ok(config);
  });
}

for (const { path: file, text } of ruleFiles) {
  test(`${file} holds rules without problems`, () => {
    assert.deepEqual(ruleProblems(text), []);
  });
}

/** The same configuration with its secrets in a folder where they exist. */
function withSecrets(text: string, folder: string): string {
  return text.replace(/^(password_file = )\S*?([\w.-]+)$/gm, (_, key: string, name: string) => {
    writeFileSync(path.join(folder, name), 'secret\n');
    return `${key}${path.join(folder, name)}`;
  });
}
