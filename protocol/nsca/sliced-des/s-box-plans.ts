import type { SBoxPlan } from './s-box-circuit.ts';

/**
 * The best plan that was found for each S-box (`bench/s-box-plans.ts`): 68 gates
 * on average. A plan that is not as good makes decryption slower, never wrong.
 */
export const sBoxPlans: readonly SBoxPlan[] = [
  { inputs: '645321', outputs: '3142', splits: '11110110000001111000101100010111' },
  { inputs: '516342', outputs: '4231', splits: '0111110000100010111010011' },
  { inputs: '641523', outputs: '1423', splits: '1101110000121100010101011' },
  { inputs: '531246', outputs: '2134', splits: '001100010011110011' },
  { inputs: '134562', outputs: '4312', splits: '0201100100111101110111001100001' },
  { inputs: '264135', outputs: '3421', splits: '010001111111100000011011' },
  { inputs: '452163', outputs: '1234', splits: '010110001101100101211' },
  { inputs: '352416', outputs: '3124', splits: '0010011001001111000011' },
];
