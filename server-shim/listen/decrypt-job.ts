import type { NscaMethod } from '../../protocol/nsca/nsca-method.ts';
import type { PacketEvent, PacketReaderState } from '../../protocol/nsca/packet-reader.ts';

/** What a thread that decrypts is started with. */
export interface DecryptThreadData {
  readonly keys: readonly { readonly method: NscaMethod; readonly password: Uint8Array }[];
}

/** Bytes of one connection that a thread is to decrypt. */
export interface DecryptJob {
  readonly state: PacketReaderState;
  readonly chunk: Uint8Array;
}

/** What the bytes were, and where the connection's reader is now. */
export interface DecryptAnswer {
  readonly state: PacketReaderState;
  readonly events: readonly PacketEvent[];
}
