import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { parseForm } from '../../../../protocol/nrdp/form-parameters.ts';
import { nrdpRequest } from '../../../../protocol/nrdp/request.ts';

function form(text: string): Record<string, string> | undefined {
  const parameters = parseForm(Buffer.from(text, 'latin1'));
  if (parameters === undefined) return undefined;
  const entries = [...parameters].map(([name, value]) => [
    name,
    Buffer.from(value).toString('latin1'),
  ]);
  return Object.fromEntries(entries);
}

function request(text: string) {
  const parameters = parseForm(Buffer.from(text, 'latin1'));
  assert.ok(parameters);
  return nrdpRequest(parameters);
}

describe('a form', () => {
  const cases: readonly (readonly [string, Record<string, string>])[] = [
    ['', {}],
    ['a=1&b=2', { a: '1', b: '2' }],
    ['a=1&a=2', { a: '2' }],
    ['a', { a: '' }],
    ['&&=x&a=b=c', { a: 'b=c' }],
    ['a=x+y%20z%2B', { a: 'x y z+' }],
    ['a=%c3%B6%00', { a: '\xc3\xb6\0' }],
    // What send_nrdp.sh sends of a text such as "85% used, 100%".
    ['a=85% used, 100%&b=%4', { a: '85% used, 100%', b: '%4' }],
    ['%61=1', { a: '1' }],
  ];
  for (const [text, parameters] of cases) {
    test(JSON.stringify(text), () => assert.deepEqual(form(text), parameters));
  }

  test('with parameters without end is refused', () => {
    assert.equal(form('&'.repeat(101)), undefined);
    assert.ok(form('a&'.repeat(100)));
  });
});

describe('a request', () => {
  test('names its command in any case', () => {
    assert.deepEqual(request('cmd=hello').command, { kind: 'hello' });
    assert.deepEqual(request('cmd=SubmitCMD&command=X').command, {
      kind: 'submitcmd',
      command: 'X',
    });
    assert.equal(request('cmd=submitrawcmd').command.kind, 'submitcmd');
    assert.deepEqual(request('cmd=other').command, { kind: 'unknown', name: 'other' });
    assert.deepEqual(request('token=t').command, { kind: 'unknown', name: '' });
  });

  for (const [format, spellings] of [
    ['xml', ['XMLDATA', 'xmldata', 'xml']],
    ['json', ['JSONDATA', 'jsondata', 'json']],
  ] as const) {
    test(`brings ${format} in three spellings, of which the last one counts`, () => {
      for (const spelling of spellings) {
        const { command, format: found } = request(`cmd=submitcheck&${spelling}=x`);
        assert.equal(found, format);
        assert.deepEqual(command, { kind: 'submitcheck', data: new Uint8Array([0x78]) });
      }
      const all = spellings.map((spelling, index) => `${spelling}=${index}`).reverse();
      const { command } = request(`cmd=submitcheck&${all.join('&')}`);
      assert.deepEqual(command.kind === 'submitcheck' && command.data, new Uint8Array([0x32]));
    });
  }

  test('is XML when it brings both, unless it says otherwise', () => {
    assert.equal(request('json=j&xml=x').format, 'xml');
    assert.equal(request('json=j&xml=x&output_type=TYPE_JSON').format, 'json');
    assert.equal(request('json=j&output_type=TYPE_XML').format, 'xml');
    assert.equal(request('').format, 'xml');
  });
});
