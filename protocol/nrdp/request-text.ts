const utf8 = new TextDecoder('utf-8', { fatal: true });
const latin1 = new TextDecoder('windows-1252');

/**
 * A document as text: UTF-8 when it is that throughout, otherwise Latin-1, which old scripts
 * send without saying so.
 */
export function requestText(bytes: Uint8Array): string {
  try {
    return utf8.decode(bytes);
  } catch {
    return latin1.decode(bytes);
  }
}
