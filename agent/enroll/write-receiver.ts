import { appendFileSync, existsSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { NagtailError, systemReason } from '../../platform/errors.ts';
import { parseIni } from '../../platform/ini-file.ts';
import { writeNewFile } from '../../platform/new-file.ts';
import type { Enrolment } from '../../protocol/enrolment-token.ts';

/** Where an enrolment is written to. */
export interface ReceiverPlace {
  /** The configuration; made when it is missing. */
  readonly config: string;
  /** NAME of `[receiver.NAME]`. */
  readonly name: string;
}

/**
 * Assures that a configuration has no receiver of this name yet.
 * @throws NagtailError ENROLMENT_FAILED
 */
export function assertNoReceiver({ config, name }: ReceiverPlace): void {
  if (!existsSync(config)) return;
  const { sections } = parseIni(read(config), config);
  const there = sections.find((section) => section.kind === 'receiver' && section.name === name);
  if (there === undefined) return;
  const message = `${config}:${there.place.line ?? 1}: [receiver.${name}] is there already; give another name with --name, or remove it`;
  throw new NagtailError('ENROLMENT_FAILED', message);
}

/**
 * Writes the section of a receiver at the end of a configuration, and beside it the secret and
 * the CA in files of their own. When one of them cannot be written none is left.
 *
 * @returns the files that were written
 * @throws NagtailError FILE_EXISTS, FILE_UNWRITABLE
 */
export function writeReceiver(
  { config, name }: ReceiverPlace,
  enrolment: Enrolment,
  authority: string | undefined,
): readonly string[] {
  const folder = path.dirname(path.resolve(config));
  const secretFile = path.join('secrets', name);
  const caFile = path.join('tls', `${name}-ca.crt`);
  const written: string[] = [];
  try {
    const keep = (file: string, content: string, mode: 0o600 | 0o644) => {
      writeNewFile(path.join(folder, file), content, { mode });
      written.push(path.join(folder, file));
    };
    keep(secretFile, `${enrolment.secret}\n`, 0o600);
    if (authority !== undefined) keep(caFile, authority, 0o644);
    append(config, section(name, enrolment, { secretFile, caFile }));
    return [config, ...written];
  } catch (error) {
    for (const file of written) rmSync(file, { force: true });
    throw error;
  }
}

function section(
  name: string,
  enrolment: Enrolment,
  { secretFile, caFile }: { readonly secretFile: string; readonly caFile: string },
): string {
  const keys =
    enrolment.protocol === 'nsca-ng'
      ? [
          `host = ${enrolment.host}`,
          `port = ${enrolment.port}`,
          `identity = ${enrolment.identity}`,
          `password_file = ${secretFile}`,
        ]
      : [
          `; the identity there is ${enrolment.identity}`,
          `url = ${enrolment.url}`,
          `token_file = ${secretFile}`,
          `tls_ca = ${caFile}`,
        ];
  return `[receiver.${name}]\nprotocol = ${enrolment.protocol}\n${keys.join('\n')}\n`;
}

function append(file: string, text: string): void {
  try {
    const before = existsSync(file) ? read(file) : '';
    const gap = before === '' ? '' : before.endsWith('\n') ? '\n' : '\n\n';
    // In one write: a reader finds all of it or nothing.
    appendFileSync(file, gap + text, { mode: 0o640, flush: true });
  } catch (cause) {
    const message = `cannot write ${file}: ${systemReason(cause)}`;
    throw new NagtailError('FILE_UNWRITABLE', message, { cause });
  }
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    const message = `cannot read ${file}: ${systemReason(cause)}`;
    throw new NagtailError('FILE_UNREADABLE', message, { cause });
  }
}
