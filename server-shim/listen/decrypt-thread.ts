import { parentPort, workerData } from 'node:worker_threads';
import { giveBack } from '../../platform/give-back.ts';
import { createKeyedCipher } from '../../protocol/nsca/packet-cipher.ts';
import { PacketReader } from '../../protocol/nsca/packet-reader.ts';
import type { DecryptAnswer, DecryptJob, DecryptThreadData } from './decrypt-job.ts';

/*
 * A thread that decrypts NSCA packets: it is given a connection's bytes with the state
 * of its reader, answers with packets and the new state, and keeps nothing.
 */

const { keys }: DecryptThreadData = workerData;
const [first, ...others] = keys.map(({ method, password }) => createKeyedCipher(method, password));
if (first === undefined) throw new Error('a thread that decrypts needs a key');
const reader = new PacketReader([first, ...others], new Uint8Array(0));

parentPort?.on('message', ({ state, chunk }: DecryptJob) => {
  reader.resume(state);
  const events = reader.push(chunk);
  const answer: DecryptAnswer = { events, state: reader.state };
  parentPort?.postMessage(answer);
  giveBack(chunk);
});
