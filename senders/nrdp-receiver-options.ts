import {
  type NamedFile,
  readTlsFiles,
  type TlsMaterial,
} from '../platform/certificates/read-tls-files.ts';
import {
  type KeyTable,
  type ReadContext,
  type ReadSection,
  readSection,
} from '../platform/config-schema.ts';
import type { IniSection } from '../platform/ini-file.ts';
import type { ProblemList } from '../platform/problem.ts';
import { readSecret } from '../platform/secret.ts';
import type { NrdpSenderOptions } from './nrdp-sender.ts';
import { nrdpReceiverKeys, timeoutKey } from './receiver-keys.ts';

const tokenNames = { text: 'token', file: 'token_file' };
const table = { ...nrdpReceiverKeys, timeout: timeoutKey };

/**
 * Reads a section that describes a server of NRDP; undefined after reporting what is wrong.
 * @param others keys that the section has beside, which are read elsewhere
 */
export function readNrdpOptions(
  section: IniSection,
  others: KeyTable,
  context: ReadContext,
  problems: ProblemList,
): NrdpSenderOptions | undefined {
  const all: typeof table = { ...others, ...table };
  const read = readSection(section, all, context, problems);
  const token = readSecret(section, context, problems, tokenNames);
  if (read === undefined || token === undefined) return undefined;
  const { url: urls, timeout, late_notice: lateNoticeSeconds, proxy } = read.values;
  if (token.reveal().length === 0) problems.error(read.place, 'the token is empty');
  warnOfClearText(read, problems);
  const tls = readTls(read, problems);
  return tls && { urls, token, tls, proxy, timeoutMs: timeout * 1000, lateNoticeSeconds };
}

/** Who hears a token on the way can report with it. */
function warnOfClearText(
  { values, given, place }: ReadSection<typeof table>,
  problems: ProblemList,
) {
  const open = values.url.find(({ protocol, hostname }) => {
    return protocol === 'http:' && !/^(localhost|127\.[\d.]+|\[::1\])$/.test(hostname);
  });
  if (open === undefined) return;
  const message = `url: the token travels in clear text to ${open.host}: use https://`;
  problems.warning(given.get('url')?.place ?? place, message);
}

function readTls(
  { values, given, place }: ReadSection<typeof table>,
  problems: ProblemList,
): TlsMaterial | undefined {
  const named = (key: 'tls_ca' | 'tls_cert' | 'tls_key'): NamedFile | undefined => {
    const file = values[key];
    return file === undefined ? undefined : { key, file, place: given.get(key)?.place ?? place };
  };
  const files = { ca: named('tls_ca'), cert: named('tls_cert'), key: named('tls_key') };
  return readTlsFiles(files, problems);
}
