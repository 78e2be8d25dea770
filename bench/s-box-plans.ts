import { type SBoxPlan, sBoxCircuit } from '../protocol/nsca/sliced-des/s-box-circuit.ts';
import { SeededRandom, seedOfRun } from '../test/support/seeded-random.ts';

/*
 * Searches plans of small circuits for the S-boxes of DES (protocol/nsca/sliced-des/s-box-plans.ts):
 * from random starts, a change at a time, as long as it gets no worse. SEED=n, SECONDS=n for each box.
 */

const seed = seedOfRun();
const random = new SeededRandom(seed);
const seconds = Number(process.env['SECONDS'] ?? 10);
/** So many changes without a smaller circuit, and it starts again. */
const patience = 400;

/** Gates, and half an operation for each output that has to be inverted: it depends on the other rounds. */
function sizeOf(box: number, plan: SBoxPlan): number {
  const { gates, outputs } = sBoxCircuit(box, plan);
  return gates.length + outputs.filter(({ isInverted }) => isInverted).length / 2;
}

function randomPlan(): SBoxPlan {
  return {
    inputs: shuffled('123456'),
    outputs: shuffled('1234'),
    splits: Array.from({ length: 40 }, () => random.pick(['0', '0', '0', '1', '1', '2'])).join(''),
  };
}

function shuffled(letters: string): string {
  const rest = [...letters];
  return Array.from(letters, () => rest.splice(random.below(rest.length), 1)[0]).join('');
}

function changed(plan: SBoxPlan): SBoxPlan {
  const chance = random.fraction();
  if (chance < 0.03) return { ...plan, outputs: shuffled(plan.outputs) };
  if (chance < 0.06) return { ...plan, inputs: shuffled(plan.inputs) };
  const splits = [...plan.splits];
  splits[random.below(splits.length)] = random.pick(['0', '1', '2']);
  return { ...plan, splits: splits.join('') };
}

function search(box: number): SBoxPlan {
  let best = randomPlan();
  for (const end = Date.now() + seconds * 1000; Date.now() < end; ) {
    let plan = randomPlan();
    let size = sizeOf(box, plan);
    for (let vain = 0; vain < patience; vain++) {
      const next = changed(plan);
      const nextSize = sizeOf(box, next);
      if (nextSize < size) vain = 0;
      if (nextSize <= size) [plan, size] = [next, nextSize];
    }
    if (size < sizeOf(box, best)) best = plan;
  }
  return best;
}

console.log(`SEED=${seed}`);
for (let box = 0; box < 8; box++) {
  const plan = search(box);
  console.log(`${JSON.stringify(plan)} ${sBoxCircuit(box, plan).gates.length} gates`);
}
