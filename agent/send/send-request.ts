import type { CheckResult } from '../../protocol/check-result.ts';
import type { NscaMethod } from '../../protocol/nsca/nsca-method.ts';

/** The protocols that a receiver on the command line can be spoken to with. */
export const sendProtocolNames = ['nsca', 'nsca-ng', 'nrdp'] as const;

export type SendProtocolName = (typeof sendProtocolNames)[number];

/** What stands on standard input. */
export type InputKind =
  /** Sets of fields between separators, as send_nsca reads them. */
  | 'sets'
  /** A set on each line. */
  | 'lines'
  /** A JSON object on each line. */
  | 'json'
  /** An external command on each line. */
  | 'commands';

/** What the command line of `nagtail send` asks for. */
export interface SendRequest {
  readonly protocol: SendProtocolName;
  /** Receivers by their name or address; with NRDP by their URL. */
  readonly hosts: readonly string[];
  /** Receivers by their name in `configFile`. */
  readonly receivers: readonly string[];
  /** nagtail.ini. */
  readonly configFile: string;
  /** send_nsca.cfg; the usual one when undefined. */
  readonly clientFile: string | undefined;
  readonly port: number | undefined;
  /** For one delivery, in milliseconds; 0: any time. */
  readonly timeoutMs: number | undefined;
  /** Holds the password, or the token. */
  readonly passwordFile: string | undefined;
  /** That of NRDP, where it stands on the command line itself. */
  readonly token: string | undefined;
  /** File with the CA whose certificates are trusted. */
  readonly tlsCa: string | undefined;
  readonly method: NscaMethod | undefined;
  readonly identity: string | undefined;
  /** Packets of 720 bytes. */
  readonly legacy: boolean;
  readonly input: InputKind;
  /** A result that the command line itself gives: then none are read. */
  readonly result: Partial<CheckResult> | undefined;
  /** Between fields: a byte. */
  readonly delimiter: number;
  /** Between sets: a byte. */
  readonly separator: number;
  /** Each result goes to the first receiver that works, instead of to all. */
  readonly failover: boolean;
  readonly quiet: boolean;
  /** How much is said of what goes well, from 0. */
  readonly verbosity: number;
  /** Waits for up to so many seconds before it connects. */
  readonly delaySeconds: number | undefined;
  readonly toSyslog: boolean;
  /** Asked for; messages that do not go to syslog go there in any case. */
  readonly toStandardError: boolean;
}

/** A request that is being read. */
export type SendDraft = {
  -readonly [Key in keyof SendRequest]: SendRequest[Key] extends readonly string[]
    ? string[]
    : SendRequest[Key];
};

const tab = 0x09;
const endOfTransmissionBlock = 0x17;

/** What holds where the command line says nothing. */
export function sendDraft(protocol: SendProtocolName): SendDraft {
  return {
    protocol,
    hosts: [],
    receivers: [],
    configFile: '/etc/nagtail/nagtail.ini',
    clientFile: undefined,
    port: undefined,
    timeoutMs: undefined,
    passwordFile: undefined,
    token: undefined,
    tlsCa: undefined,
    method: undefined,
    identity: undefined,
    legacy: false,
    // send_nrdp has no separator.
    input: protocol === 'nrdp' ? 'lines' : 'sets',
    result: undefined,
    delimiter: tab,
    separator: endOfTransmissionBlock,
    failover: false,
    quiet: false,
    verbosity: 0,
    delaySeconds: undefined,
    toSyslog: false,
    toStandardError: false,
  };
}
