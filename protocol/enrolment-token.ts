import { createHash } from 'node:crypto';

/** What an agent needs to report to a receiver, for people to paste. */
export type Enrolment =
  | {
      readonly protocol: 'nsca-ng';
      readonly host: string;
      readonly port: number;
      readonly identity: string;
      readonly secret: string;
    }
  | {
      readonly protocol: 'nrdp';
      readonly url: string;
      readonly identity: string;
      readonly secret: string;
      /** SHA-256 of the certificate of the CA that the server's certificate is of, as hexadecimal digits. */
      readonly caFingerprint: string;
    };

export type EnrolmentReading =
  | { readonly ok: true; readonly enrolment: Enrolment }
  | { readonly ok: false; readonly message: string };

const prefix = 'nagtail1.';

/** Characters of the checksum at the end: whether all was pasted, and nothing else. */
const checksumLength = 8;

/** A token longer than this is none. */
const tokenLengthMax = 4_096;

/** One line without blanks: `nagtail1.`, the fields as JSON in base64url, a dot and a checksum. */
export function encodeEnrolment(enrolment: Enrolment): string {
  const body = Buffer.from(JSON.stringify(enrolment)).toString('base64url');
  return `${prefix}${body}.${checksumOf(body)}`;
}

/** Reads a token as it was pasted; blanks and line ends within it do not count. */
export function decodeEnrolment(pasted: string): EnrolmentReading {
  const token = pasted.replace(/\s+/g, '');
  if (!token.startsWith(prefix) || token.length > tokenLengthMax) {
    return { ok: false, message: `this is no token: one begins with ${prefix}` };
  }
  const [body = '', checksum = ''] = token.slice(prefix.length).split('.');
  if (checksum !== checksumOf(body)) {
    return { ok: false, message: 'the token is damaged, or a part of it is missing' };
  }
  const enrolment = enrolmentOf(parse(Buffer.from(body, 'base64url').toString('utf8')));
  if (enrolment !== undefined) return { ok: true, enrolment };
  return { ok: false, message: 'the token is of another version of nagtail-shim' };
}

function checksumOf(body: string): string {
  return createHash('sha256').update(body).digest('base64url').slice(0, checksumLength);
}

function parse(json: string): ReadonlyMap<string, unknown> {
  try {
    const value: unknown = JSON.parse(json);
    return new Map(typeof value === 'object' && value !== null ? Object.entries(value) : []);
  } catch {
    return new Map();
  }
}

/** Fields go into a configuration file: none may begin a line or a comment there. */
function enrolmentOf(fields: ReadonlyMap<string, unknown>): Enrolment | undefined {
  const text = (name: string, pattern: RegExp): string | undefined => {
    const value = fields.get(name);
    return typeof value === 'string' && pattern.test(value) ? value : undefined;
  };
  const identity = text('identity', /^[\w.@-]{1,127}$/);
  const secret = text('secret', /^[\x21-\x7e]{1,256}$/);
  if (identity === undefined || secret === undefined) return undefined;
  if (fields.get('protocol') === 'nsca-ng') {
    const host = text('host', /^[\w.:-]{1,255}$/);
    const port = fields.get('port');
    if (host === undefined || typeof port !== 'number' || !(port >= 1 && port <= 65_535)) {
      return undefined;
    }
    return { protocol: 'nsca-ng', host, port, identity, secret };
  }
  const url = text('url', /^https:\/\/[\w.:[\]\-/~%]{1,500}$/);
  const caFingerprint = text('caFingerprint', /^[0-9a-f]{64}$/);
  if (fields.get('protocol') !== 'nrdp' || url === undefined || caFingerprint === undefined) {
    return undefined;
  }
  return { protocol: 'nrdp', url, identity, secret, caFingerprint };
}
