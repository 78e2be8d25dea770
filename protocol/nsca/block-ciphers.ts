import { blowfishBlock } from './blocks/blowfish-block.ts';
import { cast128Block } from './blocks/cast-128-block.ts';
import { cast256Block } from './blocks/cast-256-block.ts';
import { gostBlock } from './blocks/gost-block.ts';
import { loki97Block } from './blocks/loki97-block.ts';
import { rc2Block } from './blocks/rc2-block.ts';
import { rijndael192Block, rijndael256Block } from './blocks/rijndael-block.ts';
import { saferplusBlock } from './blocks/saferplus-block.ts';
import { serpentBlock } from './blocks/serpent-block.ts';
import { twofishBlock } from './blocks/twofish-block.ts';
import { xteaBlock } from './blocks/xtea-block.ts';

/** The block ciphers that node:crypto does not bring, by NSCA's method. */
export const blockCiphers = {
  4: cast128Block,
  5: cast256Block,
  6: xteaBlock,
  8: blowfishBlock,
  9: twofishBlock,
  10: loki97Block,
  11: rc2Block,
  15: rijndael192Block,
  16: rijndael256Block,
  20: serpentBlock,
  23: gostBlock,
  26: saferplusBlock,
} as const;
