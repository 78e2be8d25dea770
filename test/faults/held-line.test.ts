import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { AgentFiles, type AgentOptions } from '../support/agent-files.ts';
import { freePort } from '../support/free-port.ts';
import { peer } from '../support/peers.ts';
import { ShimFiles } from '../support/shim-files.ts';

interface BadPattern {
  readonly pattern: string;
  /** A line that it needs hours for. */
  readonly line: string;
}

/** V8's linear engine takes over, and then they are no trouble. */
const rescuedPatterns: readonly BadPattern[] = [
  { pattern: '^(a+)+$', line: `${'a'.repeat(28)}b` },
  { pattern: '^(a|aa)+$', line: `${'a'.repeat(40)}b` },
  { pattern: String.raw`(\w+\s?)*;$`, line: `${'word '.repeat(30)}.` },
  { pattern: '(.*)x(.*)y(.*)z$', line: `${'x'.repeat(600)}${'y'.repeat(1400)}` },
  { pattern: String.raw`(\S+) \S*%(\w+)`, line: '-'.repeat(8192) },
];

/** They look ahead or back, which the linear engine does not do. */
const holdingPatterns: readonly BadPattern[] = [
  { pattern: `(?=x)(x+x+)+y`, line: 'x'.repeat(40) },
  { pattern: `^(?=a)(a|aa)+$`, line: `${'a'.repeat(60)}b` },
  { pattern: String.raw`^(c)(?:c+)+\1d`, line: `${'c'.repeat(60)}b` },
];

const [holding = { pattern: '', line: '' }] = holdingPatterns;

const badRule = ({ pattern }: BadPattern) => `type=Single
ptype=RegExp
pattern=${pattern}
continue=TakeNext
desc=a bad pattern
action=submit h;bad;0;$0
`;

const goodRule = String.raw`
type=Single
ptype=RegExp
pattern=^good (\d+)$
desc=a good line
action=submit h;good;0;$1
`;

const thresholdRule = `
type=SingleWithThreshold
ptype=SubStr
pattern=count me
window=3600
thresh=3
desc=counted
action=submit h;counted;0;three
`;

/** It never ends once it has begun. */
const endless = 'assign %x 1; while %x ( assign %y 1 )';

const good = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, index) => `good ${from + index}`);

const goodResults = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, index) => result('h;good;0', `${from + index}`));

const result = (of: string, output: string) => `PROCESS_SERVICE_CHECK_RESULT;${of};${output}`;

const isOwn = (command: string) => command.includes(';testhost;nagtail;');

/** An agent and a receiver that drops repeats. */
async function agentAndShim(t: TestContext, options: AgentOptions) {
  const port = await freePort();
  const sections = '[identity.testhost]\npassword = secret\nhosts = h|testhost\nservices = .*\n';
  const shim = new ShimFiles(t, { port, protocol: 'nsca-ng', sections });
  await shim.start();
  return { shim, files: new AgentFiles(t, { port, protocol: 'nsca-ng', ...options }) };
}

describe('a pattern that holds a line', { concurrency: 2 }, () => {
  test('each bad pattern on its line amid 10,000 good ones: nothing lost, nothing twice, told', async (t) => {
    const patterns = [...rescuedPatterns, ...holdingPatterns];
    const rules = [...patterns.map(badRule), goodRule];
    const { shim, files } = await agentAndShim(t, { rules });
    const agent = files.start();
    await agent.record('READY');
    const began = performance.now();
    for (const [index, { line }] of patterns.entries()) {
      files.append(...good(index * 1250, index * 1250 + 625), line);
      files.append(...good(index * 1250 + 625, (index + 1) * 1250));
    }
    const commands = await shim.waitForCommands(10_000 + holdingPatterns.length);
    t.diagnostic(`10,000 lines and 3 suspended rules: ${performance.now() - began} ms`);
    assert.deepEqual(
      commands.filter((command) => !isOwn(command)),
      goodResults(0, 10_000),
    );
    const reports = holdingPatterns.map(({ pattern }, index) => {
      const file = path.join(files.folder, `${rescuedPatterns.length + index}.sec`);
      return `${file}:1 held one line for more than 1 s, pattern ${pattern}`;
    });
    const told = agent.records('RULE_SUSPENDED').map(({ message }) => String(message));
    assert.equal(told.length, reports.length);
    // One of the bad lines may hold another rule, too, so that they come in any order.
    for (const report of reports) assert.ok(told.some((message) => message.startsWith(report)));
    const own = commands.filter(isOwn);
    assert.equal(own.length, reports.length);
    assert.match(own[0] ?? '', /;nagtail;3;1 rule is suspended: /);
    for (const report of reports) {
      // A bar would begin performance data; a command line has two backslashes for one.
      const text = report.replaceAll('|', '\u00c2\u00a6').replaceAll('\\', '\\\\');
      assert.ok(own.at(-1)?.includes(text), own.at(-1));
    }
    assert.deepEqual(await agent.stop(), { code: 0, signal: null });
  });

  for (const state of ['keep', 'forget'] as const) {
    test(`state = ${state}: windows go on, the bad line as the very first one`, async (t) => {
      const rules = [badRule(holding), thresholdRule];
      const { shim, files } = await agentAndShim(t, { rules, state });
      const agent = files.start();
      await agent.record('INPUT_OPENED');
      files.append('count me', 'count me', holding.line, 'count me', 'count me');
      const commands = await shim.waitForCommands(2);
      assert.deepEqual(
        commands.filter((command) => !isOwn(command)),
        [result('h;counted;0', 'three')],
      );
      assert.deepEqual(await agent.stop(), { code: 0, signal: null });
      assert.equal(shim.commands.length, 2);
    });
  }

  test('actions without a line that never end: of the clock, and of a context that expires', async (t) => {
    const clockRule = `type=Calendar\ntime=* * * * *\ndesc=by the clock\naction=${endless}\n`;
    const contextRule = `type=Single\nptype=SubStr\npattern=make it\ndesc=a context\naction=create SHORT 1 (${endless})\n`;
    const { shim, files } = await agentAndShim(t, { rules: [clockRule, contextRule, goodRule] });
    const agent = files.start();
    await agent.record('INPUT_OPENED');
    files.append('good 0', 'make it', 'good 1');
    const commands = await shim.waitForCommands(4);
    assert.deepEqual(
      commands.filter((command) => !isOwn(command)),
      goodResults(0, 2),
    );
    const own = commands.filter(isOwn).at(-1) ?? '';
    assert.match(own, /;nagtail;3;2 rules are suspended: /);
    assert.match(own, /0\.sec:1 held all lines for more than 1 s/);
    assert.match(own, /1\.sec:1 held one line for more than 1 s, pattern make it/);
    assert.deepEqual(await agent.stop(), { code: 0, signal: null });
  });

  test('it stays suspended until its rule is changed; then all is well again', async (t) => {
    const rules = [badRule(holding), goodRule];
    const { shim, files } = await agentAndShim(t, { rules });
    const agent = files.start();
    await agent.record('READY');
    files.append(holding.line);
    await agent.record('RULE_SUSPENDED');

    // Another file has changed, and the rule stands elsewhere: it stays what it is.
    writeFileSync(path.join(files.folder, '0.sec'), `${thresholdRule}\n${badRule(holding)}`);
    agent.kill('SIGHUP');
    await agent.record('RULES_RELOADED');
    files.append(holding.line, 'good 1');
    assert.deepEqual((await shim.waitForCommands(3)).at(-1), result('h;good;0', '1'));
    assert.equal(agent.records('RULE_SUSPENDED').length, 1);

    writeFileSync(path.join(files.folder, '0.sec'), badRule({ ...holding, pattern: '^(x+)$' }));
    agent.kill('SIGHUP');
    const resumed = await agent.record('RULES_RESUMED');
    assert.equal(resumed['lifted'], 1);
    files.append(holding.line);
    assert.deepEqual((await shim.waitForCommands(5)).slice(3), [
      result('testhost;nagtail;0', 'no rule is suspended'),
      result('h;bad;0', holding.line),
    ]);
  });

  test('SIGHUP while a line is held: the rule files are looked at afterwards', async (t) => {
    const { shim, files } = await agentAndShim(t, { rules: [badRule(holding), goodRule] });
    const agent = files.start();
    await agent.record('READY');
    const again = String.raw`good (\d+)$`;
    writeFileSync(
      path.join(files.folder, '1.sec'),
      goodRule.replace(`^${again}`, `^very ${again}`),
    );
    files.append(holding.line);
    // In the same second: the rule is at its line for one at least.
    agent.kill('SIGHUP');
    await agent.record('RULE_SUSPENDED');
    const { changed } = await agent.record('RULES_RELOADED');
    assert.equal(changed, 1);
    files.append('good 1', 'very good 2');
    const commands = await shim.waitForCommands(2);
    assert.deepEqual(
      commands.filter((command) => !isOwn(command)),
      [result('h;good;0', '2')],
    );
  });

  test('a restart of the agent gives the rule another chance, and says so', async (t) => {
    const { shim, files } = await agentAndShim(t, { rules: [badRule(holding), goodRule] });
    const first = files.start();
    await first.record('READY');
    files.append(holding.line, 'good 1');
    await shim.waitForCommands(2);
    await first.stop('SIGKILL');
    files.append('xyxxy');
    files.start();
    const commands = await shim.waitForCommands(4);
    assert.deepEqual(commands.slice(2), [
      result('testhost;nagtail;0', 'no rule is suspended'),
      result('h;bad;0', 'xyxxy'),
    ]);
  });

  test('SIGTERM while a line is held: the line is for the next start', async (t) => {
    const { shim, files } = await agentAndShim(t, { rules: [badRule(holding), goodRule] });
    const agent = files.start();
    await agent.record('READY');
    files.append(holding.line, 'good 1');
    const ended = agent.stop();
    assert.deepEqual(await ended, { code: 0, signal: null });
    files.start();
    const commands = await shim.waitForCommands(2);
    assert.deepEqual(
      commands.filter((command) => !isOwn(command)),
      [result('h;good;0', '1')],
    );
  });
});

const perl = peer('perl');

describe('perl that does not answer', { concurrency: 2, skip: perl.skip }, () => {
  const perlRule = (code: string, service: string) => `
type=Single
ptype=PerlFunc
pattern=${code}
continue=TakeNext
desc=Perl code
action=submit h;${service};0;$1
`;
  const counter = perlRule('sub { return $_[0] eq "count" ? ++$count : () }', 'counter');

  test('code: perl is killed, the rule suspended, other Perl rules go on anew', async (t) => {
    const endless = perlRule('sub { 1 while $_[0] eq "endless"; return () }', 'endless');
    const settings = ['perl_time_limit = 1'];
    const { shim, files } = await agentAndShim(t, {
      rules: [counter, endless, goodRule],
      settings,
    });
    const agent = files.start();
    await agent.record('READY');
    files.append('count', 'count', 'good 0');
    await shim.waitForCommands(3);
    files.append('endless', 'count', 'good 1');
    const lost = await agent.record('PERL_ENDED');
    assert.match(String(lost['message']), /what rule code kept in variables is lost/);
    const { message } = await agent.record('RULE_SUSPENDED');
    assert.match(String(message), /1\.sec:2 held one line with Perl code .* within 1 s, pattern/);
    const commands = await shim.waitForCommands(6);
    assert.deepEqual(
      commands.filter((command) => !isOwn(command)),
      [
        result('h;counter;0', '1'),
        result('h;counter;0', '2'),
        result('h;good;0', '0'),
        result('h;counter;0', '1'),
        result('h;good;0', '1'),
      ],
    );
  });

  test('a pattern that only perl can match', async (t) => {
    const bad = { pattern: '^(x+(?1)?)+y', line: 'x'.repeat(60) };
    const { shim, files } = await agentAndShim(t, { rules: [badRule(bad), goodRule] });
    const agent = files.start();
    await agent.record('READY');
    files.append(bad.line, 'good 1');
    const { message } = await agent.record('RULE_SUSPENDED');
    assert.match(String(message), /held one line for more than 1 s in perl/);
    const commands = await shim.waitForCommands(2);
    assert.deepEqual(
      commands.filter((command) => !isOwn(command)),
      [result('h;good;0', '1')],
    );
  });
});
