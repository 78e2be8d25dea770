import type { ByteString } from './byte-string.ts';

/** Bytes that a host name or a service description may have. */
export const nameBytesMax = 1_024;

/** A passive check result: what a host says about one of its services, or about itself. */
export interface CheckResult {
  /** Nagios' host_name. */
  readonly host: ByteString;
  /** Nagios' service_description; null for a host check. */
  readonly service: ByteString | null;
  /**
   * The plugin's return code: for services 0 OK, 1 WARNING, 2 CRITICAL, 3 UNKNOWN;
   * for hosts 0 UP, 1 DOWN, 2 UNREACHABLE. What came over a wire may be any
   * 16-bit number; Nagios reads others as UNKNOWN.
   */
  readonly returnCode: number;
  /** Plugin output: may hold newlines (long output) and perfdata after `|`. */
  readonly output: ByteString;
  /** When the result was produced, Unix time in seconds. */
  readonly time: number;
}
