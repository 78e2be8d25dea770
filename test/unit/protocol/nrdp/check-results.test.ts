import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { byteStringOf, bytesOf } from '../../../../protocol/byte-string.ts';
import { encodeCheckResults } from '../../../../protocol/nrdp/encode-check-results.ts';
import type { NrdpRow } from '../../../../protocol/nrdp/nrdp-result.ts';
import { type NrdpFormat, readCheckResults } from '../../../../protocol/nrdp/request.ts';

function read(text: string | Uint8Array, format: NrdpFormat = 'xml') {
  return readCheckResults(typeof text === 'string' ? Buffer.from(text) : text, format);
}

function rowsOf(text: string | Uint8Array, format: NrdpFormat = 'xml'): readonly NrdpRow[] {
  const reading = read(text, format);
  assert.ok(reading.ok, reading.ok ? '' : reading.information);
  return reading.rows;
}

function informationOf(text: string, format: NrdpFormat = 'xml'): string {
  const reading = read(text, format);
  assert.ok(!reading.ok, 'it was read');
  return reading.information;
}

const check = (fields: string, attributes = "type='service' checktype='1'") =>
  `<?xml version='1.0'?><checkresults><checkresult ${attributes}>${fields}</checkresult></checkresults>`;

const service = { host: 'h', service: 's', returnCode: 2 };

describe('XML', () => {
  const good: readonly (readonly [string, string, object])[] = [
    [
      'a service and its time',
      check(
        '<hostname>h</hostname><servicename>s</servicename><state>2</state><output>bad|p=1</output><time>1700000000</time>',
      ),
      { ...service, output: 'bad|p=1', time: 1_700_000_000 },
    ],
    [
      'fields in any order, with what means nothing here',
      check(
        '<output>x</output><extra><deep>1</deep></extra><state> 2\n</state><servicename>s</servicename><hostname>h</hostname>',
      ),
      { ...service, output: 'x' },
    ],
    [
      'a host, which is what a check without a type is',
      check('<hostname>h</hostname><state>0</state><output>up</output>', ''),
      { host: 'h', service: null, returnCode: 0, output: 'up' },
    ],
    [
      'CDATA and references',
      check(
        '<hostname>h</hostname><servicename>s</servicename><state>2</state><output><![CDATA[a<b>&amp;]]>&lt;&#65;&#x42;&amp;</output>',
      ),
      { ...service, output: 'a<b>&amp;<AB&' },
    ],
    [
      'newlines, and the two escapes of Nagios',
      check(
        '<hostname>h</hostname><servicename>s</servicename><state>2</state><output>1\n2\\n3\\\\n4\\d</output>',
      ),
      { ...service, output: '1\n2\n3\\n4\\d' },
    ],
    [
      'an empty output, or none',
      check('<hostname>h</hostname><servicename>s</servicename><state>2</state>'),
      { ...service, output: '' },
    ],
    [
      'a time that makes no sense',
      check(
        '<hostname>h</hostname><servicename>s</servicename><state>2</state><output>x</output><time>soon</time>',
      ),
      { ...service, output: 'x' },
    ],
    [
      'letters beyond ASCII, as bytes of UTF-8',
      check(
        '<hostname>h</hostname><servicename>s</servicename><state>2</state><output>Größe ✓</output>',
      ),
      { ...service, output: byteStringOf('Größe ✓') },
    ],
  ];
  for (const [name, text, result] of good) {
    test(`reads ${name}`, () => {
      assert.deepEqual(rowsOf(text), [{ kind: 'result', result }]);
    });
  }

  test('takes bytes that are not UTF-8 for Latin-1', () => {
    const text = check(
      '<hostname>h</hostname><servicename>s</servicename><state>2</state><output>Gr\xf6\xdfe</output>',
    );
    const [row] = rowsOf(Buffer.from(text, 'latin1'));
    assert.equal(row?.kind === 'result' && row.result.output, byteStringOf('Größe'));
  });

  test('knows the root by any name, and reads several checks', () => {
    const one = '<checkresult><hostname>h</hostname><state>1</state></checkresult>';
    assert.equal(rowsOf(`<anything>${one}<other/>${one}</anything>`).length, 2);
    assert.deepEqual(rowsOf('<checkresults/>'), []);
  });

  const faults: readonly (readonly [string, string, string])[] = [
    ['no state', '<hostname>h</hostname><servicename>s</servicename>', 'the state is no number'],
    [
      'a word for a state, of which the real server makes an OK',
      '<hostname>h</hostname><servicename>s</servicename><state>CRITICAL</state>',
      'the state is no number',
    ],
    [
      'a newline in the state, which is how keys are smuggled into a spool file',
      '<hostname>h</hostname><servicename>s</servicename><state>0\nhost_name=x</state>',
      'the state is no number',
    ],
    [
      'a service without its name',
      '<hostname>h</hostname><state>0</state>',
      'the service description is missing',
    ],
  ];
  for (const [name, fields, reason] of faults) {
    test(`a check with ${name} is a fault, and the others are read`, () => {
      const text = check(fields).replace(
        '</checkresults>',
        '<checkresult><hostname>ok</hostname><state>0</state></checkresult></checkresults>',
      );
      const rows = rowsOf(text);
      assert.deepEqual(rows[0], { kind: 'fault', host: 'h', reason });
      assert.equal(rows[1]?.kind, 'result');
    });
  }

  test('a check of another type is a fault', () => {
    const text = check('<hostname>h</hostname><state>0</state>', "type='group'");
    const reason = 'its type is neither host nor service';
    assert.deepEqual(rowsOf(text), [{ kind: 'fault', host: 'h', reason }]);
  });

  const hostile: readonly (readonly [string, string, RegExp])[] = [
    ['nothing', '', /no data/],
    ['no XML', 'hello', /not well-formed/],
    ['an unescaped ampersand', check('<output>a & b</output>'), /not well-formed/],
    ['an unescaped less-than', check('<output>a < b</output>'), /not well-formed/],
    ['tags that do not fit', '<a><b></a></b>', /not well-formed/],
    ['a document that ends amid a tag', '<checkresults><checkres', /not well-formed/],
    ['a control character', check('<output>\x01</output>'), /not well-formed/],
    ['a second root', '<a/><b/>', /not well-formed/],
    ['an entity of its own', check('<output>&lol;</output>'), /not well-formed/],
    [
      'a billion laughs',
      `<!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]>${check('<output>&b;</output>')}`,
      /DOCTYPE/,
    ],
    [
      'a file of the server',
      `<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]>${check('<output>&f;</output>')}`,
      /DOCTYPE/,
    ],
    ['a depth without end', '<a>'.repeat(100_000), /more than 8 levels/],
    ['elements without end', `<a>${'<b/>'.repeat(200_000)}</a>`, /more than 100000 elements/],
    [
      'more checks than a request may hold',
      `<c>${'<checkresult/>'.repeat(10_001)}</c>`,
      /more than 10000 check results/,
    ],
  ];
  for (const [name, text, information] of hostile) {
    test(`refuses ${name}`, () => assert.match(informationOf(text), information));
  }
});

describe('JSON', () => {
  const one = (fields: object, type: unknown = { type: 'service' }) =>
    JSON.stringify({ checkresults: [{ checkresult: type, ...fields }] });
  const fields = { hostname: 'h', servicename: 's', state: '2', output: 'Größe' };

  test('reads texts and numbers', () => {
    const result = { ...service, output: byteStringOf('Größe') };
    assert.deepEqual(rowsOf(one(fields), 'json'), [{ kind: 'result', result }]);
    const numbers = one({ ...fields, state: 2, time: 1_700_000_000.5 });
    assert.deepEqual(rowsOf(numbers, 'json'), [
      { kind: 'result', result: { ...result, time: 1_700_000_000 } },
    ]);
  });

  test('reads a host, and a check without the object of attributes', () => {
    const result = { host: 'h', service: null, returnCode: 2, output: byteStringOf('Größe') };
    assert.deepEqual(rowsOf(one(fields, { type: 'host' }), 'json'), [{ kind: 'result', result }]);
    assert.deepEqual(rowsOf(one(fields, null), 'json'), [{ kind: 'result', result }]);
  });

  test('a document without check results holds none, as in the real server', () => {
    assert.deepEqual(rowsOf('{"foo":1}', 'json'), []);
  });

  test('a check that is none is a fault', () => {
    for (const check of [null, 7, 'x', [], {}, { __proto__: null, state: { a: 1 } }]) {
      const [row] = rowsOf(JSON.stringify({ checkresults: [check] }), 'json');
      assert.equal(row?.kind, 'fault', JSON.stringify(check));
    }
    const inherited = '{"checkresults":[{"__proto__":{"hostname":"h","state":0}}]}';
    assert.equal(rowsOf(inherited, 'json')[0]?.kind, 'fault');
  });

  const hostile: readonly (readonly [string, string, RegExp])[] = [
    ['no JSON', 'hello', /Syntax error/],
    ['what the real server takes for nothing', '[]', /expected an object/],
    ['a list that is none', '{"checkresults":{"checkresult":1}}', /to be a list/],
    ['a depth without end', '['.repeat(1_000_000), /more than 8 levels/],
    ['depth behind brackets in texts', `{"a":"[[[[","b":"\\"[[","c":${'['.repeat(9)}`, /levels/],
    ['a text without an end', '{"a":"', /Syntax error/],
    [
      'more checks than a request may hold',
      `{"checkresults":[${Array(10_001).fill('{}').join(',')}]}`,
      /more than 10000 check results/,
    ],
  ];
  for (const [name, text, information] of hostile) {
    test(`refuses ${name}`, () => assert.match(informationOf(text, 'json'), information));
  }

  test('brackets within texts are no depth', () => {
    const [row] = rowsOf(one({ ...fields, output: '[[[[[[[[[[{{{{\\"[' }), 'json');
    assert.equal(row?.kind === 'result' && row.result.output, '[[[[[[[[[[{{{{\\"[');
  });
});

test('what the client encodes is read again', () => {
  const results = [
    { host: 'h', service: 's', returnCode: 2, output: 'a&b<c>"d\'|e=1\n2\\n3\\\\ \r', time: 7 },
    { host: byteStringOf('wéb'), service: null, returnCode: -1, output: '', time: 1_700_000_000 },
    { host: 'h', service: '<&>', returnCode: 0, output: byteStringOf('😀'), time: 2 ** 31 },
  ];
  const rows = rowsOf(encodeCheckResults(results));
  assert.deepEqual(
    rows,
    results.map((result) => ({ kind: 'result', result })),
  );
});

test('what XML has no way to write becomes blanks, and Latin-1 becomes UTF-8', () => {
  const result = { host: 'h', service: null, returnCode: 0, output: 'a\0\x1bb\xf6', time: 9 };
  const [row] = rowsOf(encodeCheckResults([result]));
  assert.equal(row?.kind === 'result' && row.result.output, `a  b${byteStringOf('ö')}`);
  assert.deepEqual(bytesOf(byteStringOf('ö')).length, 2);
});
