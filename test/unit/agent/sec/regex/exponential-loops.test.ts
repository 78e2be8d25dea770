import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { hasExponentialLoop } from '../../../../../agent/sec/regex/exponential-loops.ts';
import { linearEngineTakes } from '../../../../../agent/sec/regex/linear-engine.ts';
import { parseRegex } from '../../../../../agent/sec/regex/regex-parser.ts';

const exponential = [
  '^(a+)+$',
  '^(a|aa)+$',
  String.raw`(\w+\s?)*;$`,
  '(x+x+)+y',
  '(?=x)(x+x+)+y',
  '(a*)*b',
  '(?:a|a)*b',
  '(?:[a-z]+|x)*;',
  '(?i)(?:A+|a)*;',
  String.raw`(?:\d+,?)+ errors`,
  String.raw`((?:\w+[.-]?)+)@`,
  '(?:a+b?)*?c',
  '(?:(?:ab|a)(?:c|bc)?)*d|x(?:y+)+z',
];

const harmless = [
  String.raw`(?:\d+\.)+x`,
  '(?:[^,]*,)*end',
  String.raw`(\S+) \S*%(\w+)`,
  '(.*)x(.*)y(.*)z$',
  String.raw`\w+(?: \w+)*;`,
  // Nothing behind it can fail.
  'x(a+)+',
  'x(?:a|aa)*',
  // What has matched once stays.
  '(?:a+)++b',
  '(?>(?:a+)+)b',
  '(?>a|aa)+b',
  // A bound keeps it from doubling for ever.
  '(?:a{1,3}){1,3}b',
];

describe('patterns that can take exponential time', () => {
  for (const pattern of exponential) {
    test(pattern, () => assert.ok(hasExponentialLoop(parseRegex(pattern).tree)));
  }
});

describe('patterns that cannot', () => {
  for (const pattern of harmless) {
    test(pattern, () => assert.ok(!hasExponentialLoop(parseRegex(pattern).tree)));
  }
});

const taken: readonly (readonly [pattern: string, isTaken: boolean])[] = [
  ['(a|aa)+$', true],
  [String.raw`\b(a|aa)+$`, true],
  ['(?<=x)(a|aa)+$', true],
  ['(?:a|aa){2,16}(a|aa)+$', true],
  ['(?:a|aa){2,17}(a|aa)+$', false],
  ['(?:a{1,3}){1,6}(a|aa)+$', false],
  ['(?=b)|(a|aa)+$', false],
  ['(?!b)(a|aa)+$', false],
  [String.raw`(x?)\1(a|aa)+$`, false],
  ['x++|(a|aa)+$', false],
];

describe('what the linear engine takes over', () => {
  for (const [pattern, isTaken] of taken) {
    test(pattern, () => assert.equal(linearEngineTakes(parseRegex(pattern).tree), isTaken));
  }
});
