import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { byteStringOf } from '../../../../protocol/byte-string.ts';
import { admitResult } from '../../../../server-shim/admit/admit-result.ts';
import { compileNamePattern } from '../../../../server-shim/admit/name-pattern.ts';
import { RateLimit } from '../../../../server-shim/admit/rate-limit.ts';
import { identitiesOf } from '../../../support/ng-listener.ts';

function reasonFor(
  rights: { readonly hosts?: string; readonly services?: string },
  host: string,
  service: string | null,
): string | undefined {
  const identity = identitiesOf({ name: 'web01', ...rights }).find('web01');
  const report = { host, service, returnCode: 0, output: 'fine' };
  const admission = admitResult(report, 1_700_000_000, identity);
  return admission.kind === 'accepted' ? undefined : `${admission.code}: ${admission.message}`;
}

describe('who may say what', () => {
  const exact = { hosts: 'web01\\.example\\.com', services: 'disk|mail .*' };
  const allowed: readonly (readonly [object, string, string | null])[] = [
    [exact, 'web01.example.com', null],
    [exact, 'web01.example.com', 'disk'],
    [exact, 'web01.example.com', 'mail queue'],
    [{ hosts: 'a|b' }, 'b', 's'],
    [{ hosts: 'ü+' }, byteStringOf('ü'), 's'],
    [{ hosts: '.*' }, byteStringOf('ü'), 's'],
  ];
  for (const [rights, host, service] of allowed) {
    test(`${JSON.stringify(rights)} allows ${host}, ${service}`, () => {
      assert.equal(reasonFor(rights, host, service), undefined);
    });
  }
  const refused: readonly (readonly [object, string, string | null])[] = [
    [exact, 'db01.example.com', 'disk'],
    [exact, 'web01xexample.com', 'disk'],
    [exact, 'web01.example.com.evil', 'disk'],
    [exact, 'xweb01.example.com', 'disk'],
    [exact, 'WEB01.example.com', 'disk'],
    [exact, 'web01.example.com', 'Disk'],
    [exact, 'web01.example.com', 'disk2'],
    [exact, 'web01.example.com', 'a mail queue'],
    [{ hosts: 'a|b' }, 'ab', null],
    [{ hosts: 'a|b' }, 'ax', null],
    [{ hosts: 'a|b' }, 'xb', null],
    [{ hosts: '(?!)' }, 'a', null],
    [{ services: '(?!)' }, 'a', 's'],
    [{ hosts: '^web$', services: '' }, 'web', 's'],
  ];
  for (const [rights, host, service] of refused) {
    test(`${JSON.stringify(rights)} refuses ${host.slice(0, 40)}, ${service}, each time`, () => {
      assert.match(reasonFor(rights, host, service) ?? '', /^NOT_ALLOWED: it may not report for/);
      const identity = identitiesOf({ name: 'web01', ...rights }).find('web01');
      for (let time = 0; time < 2; time++) {
        assert.notEqual(identity?.rights.refusal(host, service), undefined);
      }
    });
  }

  test('a host cannot borrow the answer for a service with its name', () => {
    const rights = identitiesOf({ name: 'a', hosts: 'x', services: 'y' }).find('a')?.rights;
    assert.equal(rights?.refusal('x', 'y'), undefined);
    assert.notEqual(rights?.refusal('x\ny', null), undefined);
    assert.match(reasonFor({ hosts: 'x', services: 'y' }, 'x\ny', null) ?? '', /^NAME_INVALID/);
  });
});

test('many names do not make it forget or grow', () => {
  const rights = identitiesOf({ name: 'a', hosts: 'web\\d+' }).find('a')?.rights;
  for (let index = 0; index < 25_000; index++) {
    assert.equal(rights?.refusal(`web${index}`, null), undefined);
    assert.notEqual(rights?.refusal(`db${index}`, null), undefined);
  }
});

test('patterns that are none', () => {
  for (const text of ['(', '[', 'a)|(b', '*', '\\', '(?<a', 'a{2,1}']) {
    assert.equal(compileNamePattern(text).ok, false, text);
  }
});

test('an identity without a section has the rights of "*", and its own name', () => {
  const identities = identitiesOf(
    { name: 'web01', password: 'one' },
    { name: '*', hosts: 'lab.*' },
  );
  assert.equal(identities.find('web01')?.secret.reveal().toString(), 'one');
  const other = identities.find('lab7');
  assert.equal(other?.name, 'lab7');
  assert.equal(other?.rights.refusal('lab7', null), undefined);
  assert.notEqual(other?.rights.refusal('web01', null), undefined);
  assert.equal(identities.find(''), undefined);
  assert.equal(identitiesOf({ name: 'web01' }).find('db01'), undefined);
  assert.equal(identitiesOf({ name: 'web01' }).find('__proto__'), undefined);
});

test('a time ahead of ours becomes the time of receipt, an old one stays', () => {
  const now = 1_700_000_000;
  const timeOf = (time: number) => {
    const report = { host: 'h', service: 's', returnCode: 0, output: '', time };
    const admission = admitResult(report, now);
    return admission.kind === 'accepted' ? admission.result.time : undefined;
  };
  assert.equal(timeOf(0), 0);
  assert.equal(timeOf(now - 86_400), now - 86_400);
  assert.equal(timeOf(now + 299), now + 299);
  assert.equal(timeOf(now + 301), now);
  assert.equal(timeOf(Number.MAX_SAFE_INTEGER), now);
});

test('a rate: a burst passes, then results wait in proportion', () => {
  const limit = new RateLimit(100, 0);
  assert.equal(limit.take(500, 0), 0);
  assert.equal(limit.take(100, 0), 1_000);
  assert.equal(limit.take(0, 1_000), 0);
  assert.equal(limit.take(50, 1_000), 500);
  // A long quiet time fills the bucket and no more.
  assert.equal(limit.take(501, 1_000_000), 10);
});
