/** The name of the protocol and its version, as TLS negotiates it (ALPN). */
export const batchProtocol = 'nagtail/1';

/** The type and the body of a frame together, in bytes; the four of its length come on top. */
export const frameBytesMax = 256 * 1024;

/** Results in one frame. */
export const frameRowsMax = 1_000;

/** Bytes of plugin output. */
export const outputBytesMax = 0xffff;

/** Characters of a stream's name. */
export const streamBytesMax = 64;

/** Bytes of a reason, in verdicts and in the end of a session. */
export const reasonBytesMax = 255;
