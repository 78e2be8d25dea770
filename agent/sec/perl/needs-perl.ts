import type { ByteString } from '../../../protocol/byte-string.ts';
import type { Fault } from '../rule-file/fault.ts';

/** The finding for Perl code on a host without perl. */
export function needsPerl(what: ByteString): Fault {
  return {
    fault: `${what} needs Perl, and this host has no perl`,
    hint: 'install perl; rules without Perl code run all the same',
  };
}
