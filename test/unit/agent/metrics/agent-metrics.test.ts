import assert from 'node:assert/strict';
import { appendFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { agentAndShim } from '../../../support/agent-and-shim.ts';
import { AgentFiles, reportRules } from '../../../support/agent-files.ts';
import { freePort } from '../../../support/free-port.ts';
import { Program } from '../../../support/program.ts';
import { request, scrape } from '../../../support/scrape.ts';
import { waitFor } from '../../../support/wait-for.ts';

test('a running agent and a running receiver tell what a line has become', async (t) => {
  const { shim, files, receiver } = await agentAndShim(t, {
    inputs: '[metrics]\naddress = 127.0.0.1\nport = 0\n',
  });
  const agent = files.start();
  const listening = await agent.record('METRICS_LISTENING');
  await agent.record('READY');
  // Lines that no rule is tried on count, too.
  files.append('noise');
  const known = { input: 'log', source: files.log };
  const lastLine = 'nagtail_source_last_line_timestamp_seconds';
  await waitFor(
    'a line that is left out',
    () => scrape({ port: Number(listening['port']) }),
    (now) => (now.value(lastLine, known) ?? 0) > 0,
  );
  const secret = 'a text that must stay in the log';
  files.append(`report web01 disk 2 ${secret}`, 'report web01 disk 0 fine', 'nothing');
  await shim.waitForCommands(2);
  const target = { port: Number(listening['port']) };
  const ofSource = { input: 'log', source: files.log };
  const metrics = await waitFor(
    'the answer of the receiver',
    () => scrape(target),
    (now) =>
      now.value('nagtail_results_sent_total', { receiver: 'main', verdict: 'accepted' }) === 2,
  );
  assert.equal(metrics.value('nagtail_source_lines_total', ofSource), 4);
  assert.equal(metrics.value('nagtail_source_up', ofSource), 1);
  assert.equal(metrics.value('nagtail_source_position_lag_bytes', ofSource), 0);
  assert.equal(metrics.value('nagtail_rules_load_errors'), 0);
  const rules = path.join(files.folder, '0.sec');
  assert.equal(metrics.value('nagtail_rule_file_matches_total', { file: rules }), 2);
  assert.equal(metrics.value('nagtail_rule_file_unmatched_rules', { file: rules }), 2);
  assert.equal(metrics.value('nagtail_rules_left_out'), 0);
  const ofRules = metrics.samples.filter(({ name }) => name === 'nagtail_rule_matches_total');
  assert.equal(ofRules.length, 3);
  assert.equal(metrics.value('nagtail_rule_matches_total', { file: rules, line: '2' }), 2);
  const deliveries = metrics.value('nagtail_delivery_seconds_count', { receiver: 'main' }) ?? 0;
  assert.ok(deliveries >= 1 && deliveries <= 2, String(deliveries));
  assert.ok((metrics.value('nagtail_checkpoint_write_seconds_count') ?? 0) >= 1);
  const delays = { receiver: 'main', le: '+Inf' };
  assert.equal(metrics.value('nagtail_result_delay_seconds_bucket', delays), 2);
  assert.equal(metrics.value('nagtail_outbox_results'), 0);
  assert.equal(metrics.value('nagtail_pipeline_answers'), 1);
  const age =
    Date.now() / 1000 -
    (metrics.value('nagtail_source_last_line_timestamp_seconds', ofSource) ?? 0);
  assert.ok(age >= 0 && age < 120, String(age));
  const { body } = await request(target, '/metrics');
  for (const text of [secret, 'web01', 'disk']) assert.ok(!body.includes(text), text);
  const received = await scrape({ socketPath: shim.statusSocket });
  assert.equal(received.value('nagtail_shim_results_total', { outcome: 'accepted' }), 2);
  assert.equal(received.value('nagtail_shim_legacy_crypto_frames_total'), 0);
  assert.equal(received.value('nagtail_shim_sink_written_total', { sink: 'nagios' }), 2);
  const syncs = received.value('nagtail_shim_journal_sync_seconds_count') ?? 0;
  assert.equal(syncs, received.value('nagtail_shim_journal_syncs_total'));
  assert.ok(syncs >= 1 && (received.value('nagtail_shim_journal_sync_seconds_sum') ?? 0) > 0);
  assert.equal(received.value('nagtail_shim_sink_waiting_results', { sink: 'nagios' }), 0);
  assert.equal(received.value('nagtail_shim_connections_limit', { protocol: 'nsca' }), 1000);
  await agent.stop();
  await receiver.stop();
});

test('trouble shows: a receiver that is down, a log that is missing, a cut line', async (t) => {
  const files = new AgentFiles(t, {
    port: await freePort(),
    inputSettings: ['max_line_bytes = 1024'],
    inputs: '[input.gone]\npath = gone.log\n',
  });
  const agent = files.start();
  await agent.record('READY');
  files.append(`report h s 1 ${'x'.repeat(2000)}`, 'report h s 1 short');
  const target = { socketPath: path.join(files.folder, 'state/status.sock') };
  const metrics = await waitFor(
    'a failed delivery',
    () => scrape(target),
    (now) =>
      (now.value('nagtail_delivery_attempts_total', { receiver: 'main', outcome: 'failure' }) ??
        0) > 0,
  );
  const gone = path.join(files.folder, 'gone.log');
  assert.equal(metrics.value('nagtail_source_up', { input: 'gone', source: gone }), 0);
  assert.equal(metrics.value('nagtail_receiver_up', { receiver: 'main' }), 0);
  const cut = { input: 'log', source: files.log };
  assert.equal(metrics.value('nagtail_source_lines_cut_total', cut), 1);
  assert.equal(metrics.value('nagtail_outbox_results'), 2);
  assert.equal(metrics.value('nagtail_receiver_waiting_results', { receiver: 'main' }), 2);
  appendFileSync(gone, 'here\n');
  await waitFor(
    'the missing log',
    () => scrape(target),
    (now) => now.value('nagtail_source_up', { input: 'gone', source: gone }) === 1,
  );
  await agent.stop();
});

test('a rule that is dropped shows, and goes away when it is mended; open methods are counted', async (t) => {
  const broken = 'type=Single\nptype=RegExp\npattern=(\ndesc=d\naction=none\n';
  const { shim, files, receiver } = await agentAndShim(t, {
    rules: [broken, reportRules],
    method: 1,
  });
  const agent = files.start();
  await agent.record('READY');
  const target = { socketPath: path.join(files.folder, 'state/status.sock') };
  assert.ok(((await scrape(target)).value('nagtail_rules_load_errors') ?? 0) > 0);
  const checked = await Program.run(t, 'nagtail', ['check', 'self', '--socket', target.socketPath]);
  assert.equal(checked.code, 1);
  assert.match(checked.stdout, /WARNING: \d errors? in rule files/);
  writeFileSync(path.join(files.folder, '0.sec'), broken.replace('(', 'x'));
  agent.kill('SIGHUP');
  await agent.record('RULES_RELOADED');
  assert.equal((await scrape(target)).value('nagtail_rules_load_errors'), 0);
  files.append('report web01 disk 2 full');
  await shim.waitForCommands(1);
  const received = await scrape({ socketPath: shim.statusSocket });
  assert.equal(received.value('nagtail_shim_legacy_crypto_frames_total'), 1);
  await agent.stop();
  await receiver.stop();
});

test('of a thousand and more sources the rest is counted only', async (t) => {
  const files = new AgentFiles(t, { port: await freePort(), input: 'many-*.log' });
  for (let number = 0; number < 1003; number++) {
    appendFileSync(path.join(files.folder, `many-${number}.log`), '');
  }
  const agent = files.start();
  await agent.record('READY');
  const metrics = await scrape({ socketPath: path.join(files.folder, 'state/status.sock') });
  assert.equal(metrics.value('nagtail_sources_left_out'), 3);
  const lines = metrics.samples.filter(({ name }) => name === 'nagtail_source_lines_total');
  assert.equal(lines.length, 1000);
  await agent.stop();
});
