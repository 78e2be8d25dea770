/*
 * The eight S-boxes of Serpent on 32 inputs at once: bit i of the four words is one
 * input, and becomes its output. Source of the S-boxes: R. Anderson, E. Biham,
 * L. Knudsen, "Serpent: A Proposal for the Advanced Encryption Standard", 1998; the
 * short logic for them was found by a random search.
 */

/** Replaces four words by what an S-box makes of them. */
export type SerpentSBox = (words: Int32Array) => void;

export const serpentSBoxes: readonly [
  SerpentSBox,
  SerpentSBox,
  SerpentSBox,
  SerpentSBox,
  SerpentSBox,
  SerpentSBox,
  SerpentSBox,
  SerpentSBox,
] = [s0, s1, s2, s3, s4, s5, s6, s7];

function s0(words: Int32Array): void {
  const a = words[0] ?? 0;
  const b = words[1] ?? 0;
  const c = words[2] ?? 0;
  const d = words[3] ?? 0;
  const t1 = d | a;
  const t2 = t1 ^ b;
  const t3 = t2 ^ c;
  const t4 = t2 ^ d;
  const t5 = t2 & a;
  const t6 = d ^ c;
  const t7 = t5 ^ t3;
  const t8 = t7 | b;
  const t9 = ~c;
  const t10 = t9 ^ a;
  const t11 = t10 ^ t4;
  const t12 = ~t11;
  const t13 = t11 | t9;
  const t14 = d | c;
  const t15 = t14 | t11;
  const t16 = t15 ^ b;
  const t17 = t13 & a;
  const t18 = t17 ^ t16;
  const t19 = t18 | t12;
  const t20 = t15 ^ t13;
  const t21 = t14 & t8;
  const t22 = t17 & c;
  const t23 = t22 ^ t21;
  const t24 = t23 ^ t19;
  const t25 = t6 ^ t5;
  const t26 = t25 ^ t17;
  const t27 = t26 ^ t20;
  words[0] = t24;
  words[1] = t18;
  words[2] = t27;
  words[3] = t3;
}

function s1(words: Int32Array): void {
  const a = words[0] ?? 0;
  const b = words[1] ?? 0;
  const c = words[2] ?? 0;
  const d = words[3] ?? 0;
  const t1 = c ^ a;
  const t2 = ~c;
  const t3 = d ^ a;
  const t4 = t2 | b;
  const t5 = d & c;
  const t6 = t4 ^ d;
  const t7 = b ^ a;
  const t8 = t7 & t5;
  const t9 = t4 ^ t1;
  const t10 = t9 & b;
  const t11 = t10 ^ t6;
  const t12 = t4 ^ t3;
  const t13 = t6 ^ b;
  const t14 = t1 | d;
  const t15 = t14 ^ t8;
  const t16 = t15 ^ t13;
  const t17 = t14 & t7;
  const t18 = t17 ^ t6;
  const t19 = t13 & t1;
  const t20 = t10 | c;
  const t21 = t19 | t12;
  const t22 = t21 ^ t20;
  words[0] = t16;
  words[1] = t18;
  words[2] = t11;
  words[3] = t22;
}

function s2(words: Int32Array): void {
  const a = words[0] ?? 0;
  const b = words[1] ?? 0;
  const c = words[2] ?? 0;
  const d = words[3] ?? 0;
  const t1 = d | a;
  const t2 = t1 ^ b;
  const t3 = ~t2;
  const t4 = t2 ^ c;
  const t5 = c ^ a;
  const t6 = d | b;
  const t7 = t6 ^ c;
  const t8 = t7 & t3;
  const t9 = t5 & t3;
  const t10 = t2 & a;
  const t11 = t5 ^ d;
  const t12 = t11 & a;
  const t13 = t12 ^ t4;
  const t14 = t10 | t8;
  const t15 = t14 ^ t13;
  const t16 = t12 | b;
  const t17 = t16 ^ t9;
  const t18 = t17 ^ t15;
  const t19 = t18 ^ t3;
  words[0] = t13;
  words[1] = t17;
  words[2] = t15;
  words[3] = t19;
}

function s3(words: Int32Array): void {
  const a = words[0] ?? 0;
  const b = words[1] ?? 0;
  const c = words[2] ?? 0;
  const d = words[3] ?? 0;
  const t1 = d ^ b;
  const t2 = d & c;
  const t3 = c | a;
  const t4 = c | b;
  const t5 = t4 ^ d;
  const t6 = d ^ a;
  const t7 = t2 | a;
  const t8 = t6 & t3;
  const t9 = t7 & c;
  const t10 = t8 ^ c;
  const t11 = t5 | t1;
  const t12 = t11 ^ t2;
  const t13 = t12 ^ t10;
  const t14 = t13 & d;
  const t15 = t14 | a;
  const t16 = t5 & t3;
  const t17 = t16 ^ t15;
  const t18 = t14 | t6;
  const t19 = t18 ^ t9;
  const t20 = t19 ^ t1;
  const t21 = t9 ^ t1;
  const t22 = t21 ^ t8;
  const t23 = t22 ^ t16;
  words[0] = t13;
  words[1] = t20;
  words[2] = t17;
  words[3] = t23;
}

function s4(words: Int32Array): void {
  const a = words[0] ?? 0;
  const b = words[1] ?? 0;
  const c = words[2] ?? 0;
  const d = words[3] ?? 0;
  const t1 = b ^ a;
  const t2 = t1 & b;
  const t3 = t1 ^ d;
  const t4 = t3 & t1;
  const t5 = d | c;
  const t6 = t4 ^ c;
  const t7 = t5 ^ t2;
  const t8 = t5 ^ t1;
  const t9 = t8 & t5;
  const t10 = t6 & a;
  const t11 = t9 ^ d;
  const t12 = t11 | t10;
  const t13 = ~d;
  const t14 = t11 ^ t6;
  const t15 = d | b;
  const t16 = t15 ^ t14;
  const t17 = t16 | t13;
  const t18 = t17 ^ t7;
  const t19 = t17 & b;
  const t20 = t19 & t5;
  const t21 = t20 ^ t6;
  words[0] = t18;
  words[1] = t16;
  words[2] = t12;
  words[3] = t21;
}

function s5(words: Int32Array): void {
  const a = words[0] ?? 0;
  const b = words[1] ?? 0;
  const c = words[2] ?? 0;
  const d = words[3] ?? 0;
  const t1 = ~b;
  const t2 = c ^ a;
  const t3 = t1 ^ d;
  const t4 = t3 | t2;
  const t5 = t2 & t1;
  const t6 = t4 ^ a;
  const t7 = t3 ^ t2;
  const t8 = d ^ a;
  const t9 = t8 & t3;
  const t10 = t9 ^ t7;
  const t11 = t8 & t4;
  const t12 = t10 | b;
  const t13 = t6 ^ t3;
  const t14 = t13 ^ t12;
  const t15 = t11 ^ t10;
  const t16 = t5 | c;
  const t17 = t16 ^ t15;
  const t18 = t14 & a;
  const t19 = t18 ^ t16;
  const t20 = t19 ^ t3;
  words[0] = t10;
  words[1] = t14;
  words[2] = t17;
  words[3] = t20;
}

function s6(words: Int32Array): void {
  const a = words[0] ?? 0;
  const b = words[1] ?? 0;
  const c = words[2] ?? 0;
  const d = words[3] ?? 0;
  const t1 = b & a;
  const t2 = c & a;
  const t3 = d & c;
  const t4 = t2 | t1;
  const t5 = t4 ^ c;
  const t6 = t5 ^ d;
  const t7 = t3 | b;
  const t8 = t7 ^ t6;
  const t9 = ~c;
  const t10 = t9 ^ a;
  const t11 = t10 ^ t6;
  const t12 = t11 | t8;
  const t13 = t4 ^ b;
  const t14 = t13 ^ t9;
  const t15 = t11 & a;
  const t16 = t15 ^ t14;
  const t17 = t13 ^ t11;
  const t18 = t17 & t8;
  const t19 = t18 ^ t12;
  const t20 = t8 & t5;
  const t21 = t20 ^ t17;
  words[0] = t21;
  words[1] = t16;
  words[2] = t19;
  words[3] = t8;
}

function s7(words: Int32Array): void {
  const a = words[0] ?? 0;
  const b = words[1] ?? 0;
  const c = words[2] ?? 0;
  const d = words[3] ?? 0;
  const t1 = ~a;
  const t2 = c | b;
  const t3 = d & a;
  const t4 = t2 ^ d;
  const t5 = t4 | c;
  const t6 = d ^ a;
  const t7 = t5 & a;
  const t8 = t7 | t3;
  const t9 = t8 ^ t2;
  const t10 = t6 | c;
  const t11 = t9 ^ a;
  const t12 = t3 ^ a;
  const t13 = t12 ^ b;
  const t14 = c ^ b;
  const t15 = t14 | t13;
  const t16 = t15 ^ t6;
  const t17 = t10 & b;
  const t18 = t17 | t12;
  const t19 = t18 ^ t4;
  const t20 = t6 ^ c;
  const t21 = t17 | t1;
  const t22 = t20 & t11;
  const t23 = t22 ^ t21;
  const t24 = t21 & c;
  const t25 = t24 ^ t13;
  words[0] = t23;
  words[1] = t16;
  words[2] = t19;
  words[3] = t25;
}
