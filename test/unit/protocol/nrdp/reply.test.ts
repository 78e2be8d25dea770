import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { parseReply } from '../../../../protocol/nrdp/parse-reply.ts';
import { encodeHello, encodeReply, type NrdpReply } from '../../../../protocol/nrdp/reply.ts';

function parse(text: string) {
  return parseReply(Buffer.from(text));
}

/** How send_nrdp.sh looks into an answer: the first tag of a line. */
function tagOf(text: string, tag: string): string | undefined {
  return new RegExp(`<${tag}>(.*)</${tag}>`).exec(text)?.[1];
}

test('the answers are those of the real server', () => {
  assert.equal(
    encodeReply({ status: 0, message: 'OK', processed: 2 }, 'xml', false),
    `<?xml version="1.0" encoding="utf-8"?>
<result>
    <status>0</status>
    <message>OK</message>
    <meta>
        <output>2 checks processed</output>
    </meta>
</result>
`,
  );
  assert.equal(
    encodeReply({ status: 0, message: 'OK', processed: 2 }, 'json', false),
    '{"result":{"status":0,"message":"OK","meta":{"output":"2 checks processed"}}}',
  );
  assert.equal(
    encodeReply({ status: -1, message: 'BAD TOKEN' }, 'json', false),
    '{"result":{"status":-1,"message":"BAD TOKEN"}}',
  );
  assert.match(encodeReply({ status: 0, message: 'OK' }, 'json', true), /\n {8}"status": 0,\n/);
  assert.equal(tagOf(encodeHello('1.2', 'xml', false), 'version'), '1.2');
  assert.match(encodeHello('1.2', 'json', false), /"product":"nrdp","version":"1.2"/);
});

describe('the client reads what the server wrote', () => {
  const replies: readonly NrdpReply[] = [
    { status: 0, message: 'OK', processed: 0 },
    { status: -1, message: 'BAD XML', information: 'not well-formed: <&> "\x01"' },
    {
      status: 0,
      message: 'OK',
      processed: 1,
      refused: [
        { index: 0, reason: 'it may not report for host "<x>&"' },
        { index: 2, reason: 'the state is no number' },
      ],
    },
  ];
  for (const reply of replies) {
    test(JSON.stringify(reply), () => {
      const text = encodeReply(reply, 'xml', false);
      assert.equal(tagOf(text, 'status'), String(reply.status));
      assert.equal(tagOf(text, 'message'), reply.message);
      const parsed = parse(text);
      assert.deepEqual(parsed, {
        kind: 'reply',
        isDone: reply.status === 0,
        message: reply.message,
        information: reply.information?.replace('\x01', ' '),
        processed: reply.processed,
        refused: reply.refused ?? [],
      });
    });
  }
});

test('the client reads answers of old servers', () => {
  const old =
    '\n<?xml version="1.0"?><result><status>0</status><message>OK</message><meta><output>3 checks processed.</output></meta></result>';
  const parsed = parse(old);
  assert.ok(parsed.kind === 'reply' && parsed.isDone);
  assert.equal(parsed.processed, 3);
});

describe('the client knows what is no answer of NRDP', () => {
  const others: readonly (readonly [string, string])[] = [
    ['a page', '<!DOCTYPE html><html><body>Login</body></html>'],
    ['a page without a type', '<html><body/></html>'],
    ['nothing', ''],
    ['words', 'No command specified or request handler'],
    ['a result without a status', '<result><message>OK</message></result>'],
    ['the answer to hello', encodeHello('1', 'xml', false)],
    ['an answer without end', `<result>${' '.repeat(5_000_000)}</result>`],
  ];
  for (const [name, text] of others) {
    test(name, () => assert.equal(parse(text).kind, 'other'));
  }
});
