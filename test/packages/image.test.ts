import assert from 'node:assert/strict';
import { appendFileSync, chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { buildPackages, builtFile } from '../support/built-packages.ts';
import { freePort } from '../support/free-port.ts';
import { FreshRoot, noFreshRoot } from '../support/fresh-root.ts';
import { ImageBuilder } from '../support/image-builder.ts';
import { peer } from '../support/peers.ts';
import { tempDir } from '../support/temp-dir.ts';
import { patienceMs, waitFor } from '../support/wait-for.ts';

const buildah = peer('buildah');
const skip = noFreshRoot() || buildah.skip;

test('the image: both programs, without root, healthy when they run', {
  skip,
  timeout: 600_000,
}, async (t) => {
  const folder = tempDir(t);
  const builder = new ImageBuilder(buildah.path, folder);
  const tarball = builtFile(buildPackages(t, 'tar'), 'nagtail-');
  const image = builder.build(builder.baseOf(FreshRoot.copy(t)), tarball);

  const configuration = builder.configuration(image);
  assert.equal(configuration['User'], '65532:65532');
  assert.deepEqual(configuration['Cmd'], ['nagtail', 'run']);
  assert.deepEqual(Object.keys(Object(configuration['Volumes'])).toSorted(), [
    '/var/lib/nagtail',
    '/var/lib/nagtail-shim',
  ]);
  assert.equal(Object(configuration['Labels'])['org.opencontainers.image.licenses'], 'MIT');
  const [how, healthCheck] = Object(configuration['Healthcheck']).Test;
  assert.equal(how, 'CMD-SHELL');

  const port = await freePort();
  const [agentFolder, shimFolder, logs] = ['agent', 'shim', 'logs'].map((name) => {
    const made = path.join(folder, name);
    mkdirSync(made);
    chmodSync(made, 0o755);
    return made;
  });
  writeFileSync(
    `${shimFolder}/nagtail-shim.ini`,
    `[listen.nsca-ng]\naddress = 127.0.0.1\nport = ${port}\n[identity.web01]\npassword = secret\nhosts = web01\nservices = .*\n` +
      '[sink.nagios]\ntype = command-file\npath = /var/lib/nagtail-shim/commands\ncreate = yes\n',
  );
  writeFileSync(
    `${agentFolder}/nagtail.ini`,
    `[agent]\nhost_name = web01\nrules = /etc/nagtail/*.sec\n[input.log]\npath = /var/log/nagtail-test/log\n` +
      `[receiver.main]\nprotocol = nsca-ng\nhost = 127.0.0.1\nport = ${port}\npassword = secret\n`,
  );
  writeFileSync(
    `${agentFolder}/all.sec`,
    'type=Single\nptype=RegExp\npattern=failed (\\S+)\ndesc=$1\naction=submit ;Logins;2;failed $1\n',
  );
  writeFileSync(`${logs}/log`, '');
  const shim = builder.container(image);
  const agent = builder.container(image);
  assert.equal(builder.run(agent, ['id', '-u']).text.trim(), '65532');
  assert.notEqual(builder.run(agent, ['sh', '-c', healthCheck]).code, 0, 'nothing runs yet');

  builder.start(t, shim, [`${shimFolder}:/etc/nagtail-shim:ro`], ['nagtail-shim', 'run']);
  const mounts = [`${agentFolder}:/etc/nagtail:ro`, `${logs}:/var/log/nagtail-test:ro`];
  builder.start(t, agent, mounts, ['nagtail', 'run']);
  for (const [container, etc] of [
    [shim, `${shimFolder}:/etc/nagtail-shim:ro`],
    [agent, `${agentFolder}:/etc/nagtail:ro`],
  ] as const)
    await waitFor(
      'a good health',
      () => builder.run(container, ['sh', '-c', healthCheck], [etc]).code,
      (code) => code === 0,
      2 * patienceMs,
    );
  appendFileSync(`${logs}/log`, 'failed root\n');
  const commands = () => builder.run(shim, ['cat', '/var/lib/nagtail-shim/commands']).text;
  const given = await waitFor(
    'a command',
    commands,
    (text) => /;web01;Logins;2;failed root\n/.test(text),
    2 * patienceMs,
  );
  assert.ok(given);
});
