import assert from 'node:assert/strict';
import { createCipheriv } from 'node:crypto';
import { test } from 'node:test';
import { sBoxValue } from '../../../../protocol/nsca/sliced-des/des-tables.ts';
import {
  type SBoxCircuit,
  type SBoxPlan,
  sBoxCircuit,
} from '../../../../protocol/nsca/sliced-des/s-box-circuit.ts';
import { sBoxPlans } from '../../../../protocol/nsca/sliced-des/s-box-plans.ts';
import { slicedDesDecryption } from '../../../../protocol/nsca/sliced-des/sliced-des-decryption.ts';
import { SeededRandom, seedOfRun } from '../../../support/seeded-random.ts';

const seed = seedOfRun();

test(`what OpenSSL encrypted in CFB8 is decrypted, whatever its length (SEED=${seed})`, () => {
  const random = new SeededRandom(seed);
  for (const keyBytes of [8, 24]) {
    for (const length of [0, 1, 127, 128, 129, 720, 4304, 4352, 4353, 13_000]) {
      const key = bytes(random, keyBytes);
      const iv = bytes(random, 8);
      const plain = bytes(random, length);
      const threeKeys = keyBytes === 8 ? Buffer.concat([key, key, key]) : key;
      const ciphertext = createCipheriv('des-ede3-cfb8', threeKeys, iv).update(plain);
      const decrypted = slicedDesDecryption(key)(Buffer.concat([iv, ciphertext]));
      assert.deepEqual(Buffer.from(decrypted), Buffer.from(plain), `${keyBytes}, ${length} bytes`);
    }
  }
});

test(`every plan gives circuits that are the S-boxes, those in use small ones (SEED=${seed})`, () => {
  const random = new SeededRandom(seed);
  for (let box = 0; box < 8; box++) {
    for (let n = 0; n < 20; n++) assertIsSBox(sBoxCircuit(box, randomPlan(random)), box);
    assertIsSBox(sBoxCircuit(box, sBoxPlans[box] ?? assert.fail()), box);
  }
  const gates = sBoxPlans.map((plan, box) => sBoxCircuit(box, plan).gates.length);
  assert.ok(gates.reduce((sum, count) => sum + count) <= 8 * 70, gates.join(', '));
});

function bytes(random: SeededRandom, length: number): Buffer {
  return Buffer.from(Array.from({ length }, () => random.below(256)));
}

function randomPlan(random: SeededRandom): SBoxPlan {
  return {
    inputs: shuffled(random, '123456'),
    outputs: shuffled(random, '1234'),
    splits: Array.from({ length: 60 }, () => random.below(3)).join(''),
  };
}

function shuffled(random: SeededRandom, letters: string): string {
  return [...letters]
    .map((letter) => ({ letter, place: random.fraction() }))
    .sort((one, other) => one.place - other.place)
    .map(({ letter }) => letter)
    .join('');
}

function assertIsSBox(circuit: SBoxCircuit, box: number): void {
  for (let sixBits = 0; sixBits < 64; sixBits++) {
    assert.equal(outputOf(circuit, sixBits), sBoxValue(box, sixBits), `box ${box}, ${sixBits}`);
  }
}

function outputOf({ gates, outputs }: SBoxCircuit, sixBits: number): number {
  const signals = Array.from({ length: 6 }, (_, i) => ((sixBits >> (5 - i)) & 1) === 1);
  for (const { kind, a, b } of gates) {
    const [x, y] = [signals[a] ?? assert.fail(), signals[b] ?? assert.fail()];
    signals.push(
      kind === 'and' ? x && y : kind === 'or' ? x || y : kind === 'xor' ? x !== y : x && !y,
    );
  }
  return outputs.reduce(
    (sum, { at, isInverted }) => 2 * sum + (signals[at] !== isInverted ? 1 : 0),
    0,
  );
}
