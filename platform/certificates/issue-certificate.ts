import { generateKeyPair, randomBytes } from 'node:crypto';
import { isIP } from 'node:net';
import { promisify } from 'node:util';
import forge from 'node-forge';

/** A certificate and its private key, as PEM. */
export interface CertifiedKey {
  readonly cert: string;
  readonly key: string;
}

/** What a certificate is for. */
export type CertificateUse =
  /** Signs others. */
  | { readonly kind: 'authority'; readonly name: string }
  /** A server, with the names and addresses by which clients know it. */
  | { readonly kind: 'server'; readonly names: readonly string[] }
  /** A client, in the name of an identity. */
  | { readonly kind: 'client'; readonly name: string };

/** How long certificates are good: an authority's ten years, others' two. */
const authorityDays = 3_650;
const endDays = 730;

/** Clocks that are behind ours find a new certificate good already, in milliseconds. */
const clockSlackMs = 3_600_000;
const dayMs = 86_400_000;

/** Bits of RSA keys. */
const authorityBits = 3_072;
const endBits = 2_048;

const newKeyPair = promisify(generateKeyPair);

/**
 * Makes a key, and a certificate for it: signed by an authority, or by itself where it is to
 * be one. OpenSSL makes the key, node-forge only writes the certificate.
 *
 * @param nowMs Unix time in milliseconds
 */
export async function issueCertificate(
  use: CertificateUse,
  authority: CertifiedKey | undefined,
  nowMs: number,
): Promise<CertifiedKey> {
  const isAuthority = use.kind === 'authority';
  const pair = await newKeyPair('rsa', {
    modulusLength: isAuthority ? authorityBits : endBits,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
  const signer = authority ?? { cert: undefined, key: pair.privateKey };
  const issuer = signer.cert === undefined ? undefined : forge.pki.certificateFromPem(signer.cert);
  const certificate = forge.pki.createCertificate();
  certificate.publicKey = forge.pki.publicKeyFromPem(pair.publicKey);
  certificate.serialNumber = serialNumber();
  certificate.validity.notBefore = new Date(nowMs - clockSlackMs);
  certificate.validity.notAfter = new Date(nowMs + (isAuthority ? authorityDays : endDays) * dayMs);
  certificate.setSubject([commonName(subjectOf(use))]);
  certificate.setIssuer(issuer?.subject.attributes ?? certificate.subject.attributes);
  const authorityKeyId = (issuer ?? certificate).generateSubjectKeyIdentifier().getBytes();
  certificate.setExtensions([
    ...extensionsOf(use),
    { name: 'subjectKeyIdentifier' },
    { name: 'authorityKeyIdentifier', keyIdentifier: authorityKeyId },
  ]);
  certificate.sign(forge.pki.privateKeyFromPem(signer.key), forge.md.sha256.create());
  const cert = forge.pki.certificateToPem(certificate).replaceAll('\r\n', '\n');
  return { cert, key: pair.privateKey };
}

function subjectOf(use: CertificateUse): string {
  return use.kind === 'server' ? (use.names[0] ?? '') : use.name;
}

function commonName(value: string): forge.pki.CertificateField {
  // Its type says UTF-8, whatever the text holds.
  const valueTagClass = forge.asn1.Type.UTF8 as unknown as forge.asn1.Class;
  return { name: 'commonName', value, valueTagClass };
}

function extensionsOf(use: CertificateUse): object[] {
  if (use.kind === 'authority') {
    return [
      { name: 'basicConstraints', critical: true, cA: true, pathLenConstraint: 0 },
      { name: 'keyUsage', critical: true, keyCertSign: true, cRLSign: true },
    ];
  }
  const basic = { name: 'basicConstraints', critical: true, cA: false };
  const key = { name: 'keyUsage', critical: true, digitalSignature: true, keyEncipherment: true };
  if (use.kind === 'client') return [basic, key, { name: 'extKeyUsage', clientAuth: true }];
  const altNames = use.names.map((name) =>
    isIP(name) === 0 ? { type: 2, value: name } : { type: 7, ip: name },
  );
  return [
    basic,
    key,
    { name: 'extKeyUsage', serverAuth: true },
    { name: 'subjectAltName', altNames },
  ];
}

/** 16 random bytes that are a positive number, in hexadecimal digits. */
function serialNumber(): string {
  const bytes = randomBytes(16);
  bytes[0] = ((bytes[0] ?? 0) & 0x3f) | 0x40;
  return bytes.toString('hex');
}
