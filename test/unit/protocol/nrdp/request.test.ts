import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { parseForm } from '../../../../protocol/nrdp/form-parameters.ts';
import { parseMultipart } from '../../../../protocol/nrdp/multipart-parameters.ts';
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

describe('a form in parts', () => {
  const type = 'multipart/form-data; boundary=----x';
  const parts = (text: string, contentType = type) => {
    const parameters = parseMultipart(Buffer.from(text, 'latin1'), contentType);
    if (parameters === undefined) return undefined;
    return [...parameters].map(([name, value]) => [name, Buffer.from(value).toString('latin1')]);
  };
  const part = (name: string, value: string) =>
    `------x\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`;

  test('holds values as they are', () => {
    const text = `${part('token', 'a+b%20')}${part('xml', '\r\n--y\xff\r\n')}${part('e', '')}------x--\r\n`;
    assert.deepEqual(parts(text), [
      ['token', 'a+b%20'],
      ['xml', '\r\n--y\xff\r\n'],
      ['e', ''],
    ]);
    assert.deepEqual(parts(`before\r\n${text}`, `${type}; charset=utf-8`)?.length, 3);
    assert.deepEqual(parts(text, 'multipart/form-data; boundary="----x"')?.length, 3);
  });

  const bad: readonly (readonly [string, string, string])[] = [
    ['no boundary', part('a', 'b'), 'multipart/form-data'],
    ['another boundary', part('a', 'b'), 'multipart/form-data; boundary=y'],
    ['no end', part('a', 'b'), type],
    ['no head', '------x\r\nabc\r\n------x--', type],
    ['a head without end', `------x\r\nA: ${'x'.repeat(2_000)}\r\n\r\nb\r\n------x--`, type],
    ['parts without end', `${part('a', 'b').repeat(101)}------x--`, type],
  ];
  for (const [name, text, contentType] of bad) {
    test(`with ${name} is none`, () => assert.equal(parts(text, contentType), undefined));
  }
});
