import { nscaMethods, supportedNscaMethods } from '../protocol/nsca/nsca-method.ts';
import { nscaPacketBytes } from '../protocol/nsca/nsca-packet.ts';
import { createKeyedCipher } from '../protocol/nsca/packet-cipher.ts';

/*
 * Packets of 4304 bytes that one core decrypts and encrypts in a second with each method, by
 * processor time, so that other work on the machine disturbs little.
 */

const packet = new Uint8Array(nscaPacketBytes).fill(7);
const iv = new Uint8Array(128).fill(3);
const password = Buffer.from('correct horse battery staple');
const measureMs = 500;

function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

/** How often a second of processor time runs it. */
function perSecond(run: () => void): number {
  for (let n = 0; n < 20; n++) run();
  const startMs = cpuMs();
  let runs = 0;
  for (; cpuMs() - startMs < measureMs; runs++) run();
  return Math.round((runs / (cpuMs() - startMs)) * 1000);
}

console.log('| method | decrypted/s | encrypted/s |\n| --- | --- | --- |');
for (const method of supportedNscaMethods.filter((one) => one !== 0)) {
  const cipher = createKeyedCipher(method, password);
  const decrypted = perSecond(() => cipher.decrypt(iv, packet));
  const encrypted = perSecond(() => cipher.encrypt(iv, packet));
  console.log(
    `| ${method} ${nscaMethods[method].names[0]} | ${decrypted.toLocaleString('en')} | ${encrypted.toLocaleString('en')} |`,
  );
}
