import type { BlockCipher } from './block-cipher.ts';
import { castRound1, castRound2, castRound3 } from './cast-rounds.ts';
import { littleEndianWord, putLittleEndianWord } from './words.ts';

/** Quad-rounds: six forward, then six in the reverse order of words. */
const quadRounds = 12;

/**
 * CAST-256 with a key of 32 bytes. Source: C. Adams, J. Gilchrist, RFC 2612,
 * "The CAST-256 Encryption Algorithm"; but, as in libmcrypt on the machines of today,
 * with the lowest byte of a word first, in key and block.
 */
export function cast256Block(key: Uint8Array): BlockCipher {
  const { masks: m, turns: t } = subkeysOf(key);
  return {
    blockBytes: 16,
    encryptBlock(source, start, target) {
      let a = littleEndianWord(source, start);
      let b = littleEndianWord(source, start + 4);
      let c = littleEndianWord(source, start + 8);
      let d = littleEndianWord(source, start + 12);
      const middle = 2 * quadRounds;
      for (let i = 0; i < middle; i += 4) {
        c ^= castRound1(d, m[i] ?? 0, t[i] ?? 0);
        b ^= castRound2(c, m[i + 1] ?? 0, t[i + 1] ?? 0);
        a ^= castRound3(b, m[i + 2] ?? 0, t[i + 2] ?? 0);
        d ^= castRound1(a, m[i + 3] ?? 0, t[i + 3] ?? 0);
      }
      for (let i = middle; i < 2 * middle; i += 4) {
        d ^= castRound1(a, m[i + 3] ?? 0, t[i + 3] ?? 0);
        a ^= castRound3(b, m[i + 2] ?? 0, t[i + 2] ?? 0);
        b ^= castRound2(c, m[i + 1] ?? 0, t[i + 1] ?? 0);
        c ^= castRound1(d, m[i] ?? 0, t[i] ?? 0);
      }
      putLittleEndianWord(a, target, 0);
      putLittleEndianWord(b, target, 4);
      putLittleEndianWord(c, target, 8);
      putLittleEndianWord(d, target, 12);
    },
  };
}

/** 2³⁰·√2 and 2³⁰·√3, and the seeds of rotations (section 2.4). */
const firstMask = 0x5a827999;
const maskStep = 0x6ed9eba1;
const firstTurn = 19;
const turnStep = 17;

interface Subkeys {
  readonly masks: Int32Array;
  readonly turns: Int32Array;
}

/** Four masks and four rotations for each quad-round. */
function subkeysOf(key: Uint8Array): Subkeys {
  const words = Int32Array.from({ length: 8 }, (_, i) => littleEndianWord(key, 4 * i));
  const subkeys = { masks: new Int32Array(48), turns: new Int32Array(48) };
  const octaves = keyOctaves();
  for (let i = 0; i < quadRounds; i++) {
    octaves.next().value(words);
    octaves.next().value(words);
    const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0] = words;
    subkeys.turns.set([a & 31, c & 31, e & 31, g & 31], 4 * i);
    subkeys.masks.set([h, f, d, b], 4 * i);
  }
  return subkeys;
}

/** The forward octaves W₀, W₁ … that stir the key's eight words, each with constants of its own. */
function* keyOctaves(): Generator<(words: Int32Array) => void, never> {
  let mask = firstMask;
  let turn = firstTurn;
  for (;;) {
    yield (words) => {
      // G from H, F from G … A from B, then H from A.
      for (let step = 0; step < 8; step++) {
        const from = 7 - step;
        const to = (from + 7) % 8;
        const round = keyRounds[step % 3] ?? castRound1;
        words[to] = (words[to] ?? 0) ^ round(words[from] ?? 0, mask, turn);
        mask = (mask + maskStep) | 0;
        turn = (turn + turnStep) & 31;
      }
    };
  }
}

const keyRounds = [castRound1, castRound2, castRound3];
