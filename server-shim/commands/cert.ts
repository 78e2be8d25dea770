import { existsSync, readFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { Argv } from 'yargs';
import { certificateFingerprint } from '../../platform/certificates/certificate-fingerprint.ts';
import type {
  CertificateUse,
  CertifiedKey,
} from '../../platform/certificates/issue-certificate.ts';
import { systemClock } from '../../platform/clock.ts';
import type { CommonOptions } from '../../platform/command-line.ts';
import { NagtailError, systemReason } from '../../platform/errors.ts';
import { writeNewFile } from '../../platform/new-file.ts';
import { assertFileName } from './file-name.ts';

interface CertOptions {
  readonly config: string;
  readonly folder?: string | undefined;
  readonly renew: boolean;
}

const folderOption = {
  type: 'string',
  requiresArg: true,
  describe: 'folder of the certificates; tls beside the configuration file without it',
} as const;

const renewOption = {
  type: 'boolean',
  default: false,
  describe: 'make a new certificate in the place of the one that is there',
} as const;

/** `nagtail-shim cert init` and `cert agent NAME`: certificates without a CA of one's own. */
export function addCertCommand(parser: Argv<CommonOptions>): void {
  parser.command('cert', 'make certificates for HTTPS', (cert) =>
    cert
      .command(
        'init',
        'a small CA, and a certificate of it for this server',
        (command) =>
          command
            .option('name', {
              type: 'string',
              array: true,
              requiresArg: true,
              default: [os.hostname()],
              describe: 'names and addresses by which clients know this server',
            })
            .option('folder', folderOption)
            .option('renew', renewOption),
        (options) => initCertificates(options),
      )
      .command(
        'agent <name>',
        "a client's certificate, in the name of its identity",
        (command) =>
          command
            .positional('name', { type: 'string', demandOption: true, describe: 'the identity' })
            .option('folder', folderOption)
            .option('renew', renewOption),
        (options) => agentCertificate(options),
      )
      .demandCommand(1, 'Which command?'),
  );
}

/** The files of the CA and of the server in a folder. */
export function certificateFiles(config: string, folder?: string) {
  const where = path.resolve(folder ?? path.join(path.dirname(config), 'tls'));
  return { where, ca: fileIn(where, 'ca'), server: fileIn(where, 'shim') };
}

interface CertificateFile {
  readonly cert: string;
  readonly key: string;
}

function fileIn(folder: string, name: string): CertificateFile {
  return { cert: path.join(folder, `${name}.crt`), key: path.join(folder, `${name}.key`) };
}

async function initCertificates(options: CertOptions & { readonly name: string[] }): Promise<void> {
  const { ca, server } = certificateFiles(options.config, options.folder);
  const names = options.name;
  if (!options.renew) assertNone(server);
  const isNew = !existsSync(ca.cert);
  const authority = isNew
    ? await issue({ kind: 'authority', name: `nagtail CA of ${os.hostname()}` }, undefined)
    : readCertified(ca);
  if (isNew) writeCertified(ca, authority, false);
  const issued = await issue({ kind: 'server', names }, authority);
  // With its CA behind it, by which `nagtail enroll` knows it.
  const chain = { cert: issued.cert + authority.cert, key: issued.key };
  writeCertified(server, chain, options.renew);
  process.stdout.write(
    `${isNew ? 'a new CA' : 'the CA that was there'}: ${ca.cert}
  its key: ${ca.key} (keep it safe: who has it can pass for this server)
  SHA-256: ${certificateFingerprint(authority.cert)}
this server's certificate, for ${names.join(', ')}: ${server.cert}

[listen.nrdp]
tls_cert = ${server.cert}
tls_key = ${server.key}
; clients must have a certificate of this CA (nagtail-shim cert agent NAME):
;tls_client_ca = ${ca.cert}
`,
  );
}

async function agentCertificate(options: CertOptions & { readonly name: string }): Promise<void> {
  const { name } = options;
  assertFileName(name);
  const { where, ca } = certificateFiles(options.config, options.folder);
  const agent = fileIn(path.join(where, 'agents'), name);
  if (!options.renew) assertNone(agent);
  const authority = readCertified(ca);
  writeCertified(agent, await issue({ kind: 'client', name }, authority), options.renew);
  process.stdout.write(
    `the certificate of ${name}: ${agent.cert}
  its key: ${agent.key}
Bring both and ${ca.cert} to the agent:

[receiver.main]
protocol = nrdp
tls_ca = ca.crt
tls_cert = ${name}.crt
tls_key = ${name}.key
`,
  );
}

/** What makes certificates is loaded only here: it would slow down every start. */
async function issue(
  use: CertificateUse,
  authority: CertifiedKey | undefined,
): Promise<CertifiedKey> {
  const { issueCertificate } = await import('../../platform/certificates/issue-certificate.ts');
  return await issueCertificate(use, authority, systemClock.nowMs());
}

function assertNone({ cert, key }: CertificateFile): void {
  const there = [cert, key].find((file) => existsSync(file));
  if (there === undefined) return;
  throw new NagtailError('FILE_EXISTS', `${there} is there already; --renew replaces it`);
}

function readCertified({ cert, key }: CertificateFile): CertifiedKey {
  const read = (file: string) => {
    try {
      return readFileSync(file, 'utf8');
    } catch (cause) {
      const message = `cannot read ${file}: ${systemReason(cause)}; nagtail-shim cert init makes a CA`;
      throw new NagtailError('FILE_UNREADABLE', message, { cause });
    }
  };
  return { cert: read(cert), key: read(key) };
}

function writeCertified(
  files: CertificateFile,
  { cert, key }: CertifiedKey,
  replace: boolean,
): void {
  writeNewFile(files.key, key, { mode: 0o600, replace });
  writeNewFile(files.cert, cert, { mode: 0o644, replace });
}
