import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { messageOf, systemReason } from '../errors.ts';
import type { Place, ProblemList } from '../problem.ts';

/** A file that a key of a configuration names. */
export interface NamedFile {
  readonly key: string;
  readonly file: string;
  readonly place: Place;
}

/** The files of one end of TLS; a certificate and its key come together. */
export interface TlsFiles {
  /** Whose certificates are trusted. */
  readonly ca: NamedFile | undefined;
  readonly cert: NamedFile | undefined;
  readonly key: NamedFile | undefined;
}

/** What they hold, as PEM. */
export interface TlsMaterial {
  readonly ca?: Buffer | undefined;
  readonly cert?: Buffer | undefined;
  readonly key?: Buffer | undefined;
}

/** Reads the files, and sees whether TLS can use them; undefined after reporting why not. */
export function readTlsFiles(files: TlsFiles, problems: ProblemList): TlsMaterial | undefined {
  const { ca, cert, key } = files;
  const lone = cert === undefined ? key : key === undefined ? cert : undefined;
  if (lone !== undefined) {
    problems.error(lone.place, `${lone.key}: expected both tls_cert and tls_key, or neither`);
    return undefined;
  }
  const authority = read(ca, problems);
  const certificate = read(cert, problems);
  const secret = read(key, problems);
  const found = { ca: authority, cert: certificate, key: secret };
  const isWhole = (['ca', 'cert', 'key'] as const).every(
    (name) => files[name] === undefined || found[name] !== undefined,
  );
  if (!isWhole) return undefined;
  const isSound =
    isUsable(ca, problems, () => authority && new X509Certificate(authority)) &&
    isUsable(cert, problems, () => {
      if (certificate !== undefined && secret !== undefined) {
        // Not imported: who has no certificates needs no TLS, which takes 4 MiB.
        process
          .getBuiltinModule('node:tls')
          .createSecureContext({ cert: certificate, key: secret });
      }
    });
  return isSound ? found : undefined;
}

function read(named: NamedFile | undefined, problems: ProblemList): Buffer | undefined {
  if (named === undefined) return undefined;
  const { key, file, place } = named;
  try {
    return readFileSync(file);
  } catch (error) {
    problems.error(place, `${key}: cannot read ${file}: ${systemReason(error)}`);
    return undefined;
  }
}

/** Reports what using a file throws. */
function isUsable(named: NamedFile | undefined, problems: ProblemList, use: () => void): boolean {
  try {
    use();
    return true;
  } catch (error) {
    if (named === undefined) throw error;
    const { key, file, place } = named;
    problems.error(place, `${key}: TLS cannot use ${file}: ${messageOf(error).trim()}`);
    return false;
  }
}
