const cell = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));

/**
 * Stops the calling thread for some milliseconds. Only for code that has to wait
 * for another process without giving way to anything else.
 */
export function blockFor(durationMs: number): void {
  Atomics.wait(cell, 0, 0, durationMs);
}
