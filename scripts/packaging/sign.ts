import { execFileSync } from 'node:child_process';

/**
 * Signs a file by gpg, which asks for a passphrase itself where the key has one, and gives the path of the signature.
 * @param key as gpg understands it: a fingerprint, an address
 */
export function sign(file: string, key: string): string {
  const signature = `${file}.asc`;
  const how = ['--yes', '--armor', '--local-user', key, '--output', signature];
  execFileSync('gpg', [...how, '--detach-sign', file], { stdio: ['inherit', 'ignore', 'inherit'] });
  return signature;
}
