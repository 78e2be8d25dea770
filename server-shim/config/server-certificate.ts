import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createSecureContext } from 'node:tls';
import { systemClock } from '../../platform/clock.ts';
import { messageOf, systemReason } from '../../platform/errors.ts';
import type { Place, ProblemList } from '../../platform/problem.ts';
import type { ServerCertificate } from '../listen/nrdp-listener.ts';

/** A file that a key of the configuration names. */
export interface NamedFile {
  readonly key: string;
  readonly file: string;
  readonly place: Place;
}

/** Where a server's certificate is. */
export interface CertificateFiles {
  readonly cert: NamedFile;
  readonly key: NamedFile;
  readonly clientCa: NamedFile | undefined;
}

/**
 * Reads a server's certificate and key, and sees whether TLS can use them; undefined after
 * reporting why not. One that has expired is a warning: clients will not trust it.
 */
export function readServerCertificate(
  files: CertificateFiles,
  problems: ProblemList,
): ServerCertificate | undefined {
  const cert = readPem(files.cert, problems);
  const key = readPem(files.key, problems);
  const clientCa = files.clientCa && readPem(files.clientCa, problems);
  const isWhole = files.clientCa === undefined || clientCa !== undefined;
  if (cert === undefined || key === undefined || !isWhole) return undefined;
  try {
    createSecureContext({ cert, key, ...(clientCa === undefined ? {} : { ca: clientCa }) });
    warnOfExpiry(new X509Certificate(cert), files.cert, problems);
    return { cert, key, clientCa };
  } catch (error) {
    const { place, key: name } = files.cert;
    problems.error(place, `${name}: TLS cannot use it with tls_key: ${messageOf(error).trim()}`);
    return undefined;
  }
}

function readPem({ key, file, place }: NamedFile, problems: ProblemList): Buffer | undefined {
  try {
    return readFileSync(file);
  } catch (error) {
    problems.error(place, `${key}: cannot read ${file}: ${systemReason(error)}`);
    return undefined;
  }
}

function warnOfExpiry(
  certificate: X509Certificate,
  { key, file, place }: NamedFile,
  problems: ProblemList,
): void {
  if (certificate.validToDate.getTime() >= systemClock.nowMs()) return;
  problems.warning(place, `${key}: ${file} has expired on ${certificate.validTo}`);
}
