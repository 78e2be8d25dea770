import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { Argv } from 'yargs';
import { certificateFingerprint } from '../../platform/certificates/certificate-fingerprint.ts';
import type { CommonOptions } from '../../platform/command-line.ts';
import { NagtailError, systemReason } from '../../platform/errors.ts';
import { writeNewFile } from '../../platform/new-file.ts';
import { type Enrolment, encodeEnrolment } from '../../protocol/enrolment-token.ts';
import { certificateFiles } from './cert.ts';
import { assertFileName } from './file-name.ts';

interface SecretOptions {
  readonly config: string;
  readonly name: string;
  readonly folder?: string | undefined;
}

interface TokenOptions extends SecretOptions {
  readonly host: string;
  readonly port: number;
  readonly url?: string | undefined;
  readonly ca?: string | undefined;
}

/** Bytes of chance in a password; 43 characters. */
const passwordBytes = 32;

const nameOption = { type: 'string', demandOption: true, describe: 'the identity' } as const;
const folderOption = {
  type: 'string',
  requiresArg: true,
  describe: 'folder of the passwords; secrets beside the configuration file without it',
} as const;

/** `nagtail-shim secret new NAME` and `secret token NAME`: passwords of identities. */
export function addSecretCommand(parser: Argv<CommonOptions>): void {
  parser.command('secret', 'make passwords of identities, and hand them over', (secret) =>
    secret
      .command(
        'new <name>',
        'a random password for an identity, in a file of its own',
        (command) =>
          command.positional('name', nameOption).option('folder', folderOption).option('replace', {
            type: 'boolean',
            default: false,
            describe: 'make a new password in the place of the one that is there',
          }),
        (options) => newSecret(options),
      )
      .command(
        'token <name>',
        "what 'nagtail enroll' takes: address, identity and password in one line",
        (command) =>
          command
            .positional('name', nameOption)
            .option('folder', folderOption)
            .option('host', {
              type: 'string',
              requiresArg: true,
              default: os.hostname(),
              describe: 'name or address of this receiver, as the agent reaches it',
            })
            .option('port', {
              type: 'number',
              requiresArg: true,
              default: 5668,
              describe: 'its port',
            })
            .option('url', {
              type: 'string',
              requiresArg: true,
              describe: 'for NRDP in place of host and port: https://HOST:PORT/nrdp/',
            })
            .option('ca', {
              type: 'string',
              requiresArg: true,
              describe:
                'with --url: certificate of the CA; tls/ca.crt beside the configuration file without it',
            }),
        (options) => printToken(options),
      )
      .demandCommand(1, 'Which command?'),
  );
}

function newSecret(options: SecretOptions & { readonly replace: boolean }): void {
  const { name, replace } = options;
  const file = secretFile(options);
  if (!replace && existsSync(file)) {
    const message = `${file} is there already; --replace makes a new password in its place`;
    throw new NagtailError('FILE_EXISTS', message);
  }
  writeNewFile(file, `${randomBytes(passwordBytes).toString('base64url')}\n`, {
    mode: 0o600,
    replace,
  });
  const pattern = name.replaceAll('.', '\\.');
  process.stdout.write(
    `the password of ${name}: ${file}

[identity.${name}]
password_file = ${file}
hosts = ${pattern}
services = .*

To hand it over to the agent, without showing it:
  nagtail-shim secret token ${name} | ssh ${name} nagtail enroll
`,
  );
}

/** Prints a password, which only this command does, because it was asked for just that. */
function printToken(options: TokenOptions): void {
  const { name: identity } = options;
  const file = secretFile(options);
  const hint = `; nagtail-shim secret new ${identity} makes it`;
  const secret = readText(file, hint).trimEnd();
  process.stdout.write(`${encodeEnrolment(enrolmentOf(options, secret))}\n`);
}

function enrolmentOf(
  { name: identity, host, port, url, ca, config }: TokenOptions,
  secret: string,
): Enrolment {
  if (url === undefined) return { protocol: 'nsca-ng', host, port, identity, secret };
  const file = ca ?? certificateFiles(config).ca.cert;
  const hint = '; nagtail-shim cert init makes a CA, --ca names another';
  const caFingerprint = certificateFingerprint(readText(file, hint));
  return { protocol: 'nrdp', url, identity, secret, caFingerprint };
}

function secretFile({ config, name, folder }: SecretOptions): string {
  assertFileName(name);
  return path.resolve(folder ?? path.join(path.dirname(config), 'secrets'), name);
}

function readText(file: string, hint: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    const message = `cannot read ${file}: ${systemReason(cause)}${hint}`;
    throw new NagtailError('FILE_UNREADABLE', message, { cause });
  }
}
