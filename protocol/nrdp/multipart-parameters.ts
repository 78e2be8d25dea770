import { type ByteString, byteStringFrom } from '../byte-string.ts';
import type { FormParameters } from './form-parameters.ts';
import { parametersMax } from './request-limits.ts';

/** The head of a part is far shorter. */
const partHeadBytesMax = 1_024;

/**
 * Reads `multipart/form-data` (RFC 7578), as `curl -F` sends a form. File names and the types
 * of parts mean nothing here.
 *
 * @param contentType the header's value, which holds the boundary
 * @returns undefined when it is none, or has more than `parametersMax` parts
 */
export function parseMultipart(
  body: Uint8Array,
  contentType: ByteString,
): FormParameters | undefined {
  const named = /;\s*boundary=(?:"([^"]{1,70})"|([^\s;"]{1,70}))/i.exec(contentType);
  const boundary = named?.[1] ?? named?.[2];
  if (boundary === undefined) return undefined;
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  const delimiter = `\r\n--${boundary}`;
  const parameters = new Map<ByteString, Uint8Array>();
  // The first one needs no line end before it.
  let start = bytes.indexOf(`--${boundary}`, 0, 'latin1');
  if (start === -1) return undefined;
  start += delimiter.length - 2;
  for (let count = 0; count <= parametersMax; count++) {
    if (bytes.subarray(start, start + 2).equals(Buffer.from('--'))) return parameters;
    const end = bytes.indexOf(delimiter, start, 'latin1');
    const headEnd = bytes.indexOf('\r\n\r\n', start, 'latin1');
    if (end === -1 || headEnd === -1 || headEnd - start > partHeadBytesMax) return undefined;
    // A part without a body ends in the line end that ends its head.
    const value = headEnd + 4 > end ? new Uint8Array() : bytes.subarray(headEnd + 4, end);
    const name = nameIn(byteStringFrom(bytes, start, headEnd + 2));
    if (name !== undefined) parameters.set(name, value);
    start = end + delimiter.length;
  }
  return undefined;
}

/** The name of a field, from the head of its part. */
function nameIn(head: ByteString): ByteString | undefined {
  return /\r\ncontent-disposition:[^\r\n]*;\s*name="?([^"\r\n;]+)"?/i.exec(head)?.[1];
}
