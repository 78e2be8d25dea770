import { X509Certificate } from 'node:crypto';
import { type NamedFile, readTlsFiles } from '../../platform/certificates/read-tls-files.ts';
import { systemClock } from '../../platform/clock.ts';
import type { ProblemList } from '../../platform/problem.ts';
import type { ServerCertificate } from '../listen/nrdp-listener.ts';

/** Where a server's certificate is. */
export interface CertificateFiles {
  readonly cert: NamedFile;
  readonly key: NamedFile;
  readonly clientCa: NamedFile | undefined;
}

/** A certificate that is not good for so long any more is told, in milliseconds: 30 days. */
const soonMs = 30 * 86_400_000;

/**
 * Reads a server's certificate and key, and sees whether TLS can use them; undefined after
 * reporting why not. One that expires is a warning: clients will not trust it.
 */
export function readServerCertificate(
  { cert, key, clientCa }: CertificateFiles,
  problems: ProblemList,
): ServerCertificate | undefined {
  const read = readTlsFiles({ cert, key, ca: clientCa }, problems);
  if (read?.cert === undefined || read.key === undefined) return undefined;
  const { validTo, validToDate } = new X509Certificate(read.cert);
  if (validToDate.getTime() < systemClock.nowMs() + soonMs) {
    const message = `${cert.key}: ${cert.file} is good until ${validTo} only: clients do not trust it any longer`;
    problems.warning(cert.place, message);
  }
  return { cert: read.cert, key: read.key, clientCa: read.ca };
}
