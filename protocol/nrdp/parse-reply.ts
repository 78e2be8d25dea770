import { childText, readXml, type XmlElement } from './read-xml.ts';
import type { RefusedCheck } from './reply.ts';
import { replyBytesMax } from './request-limits.ts';
import { requestText } from './request-text.ts';

/** What a server answered; `other`: it is no answer of NRDP's. */
export type ServerReply =
  | {
      readonly kind: 'reply';
      readonly isDone: boolean;
      readonly message: string;
      readonly information: string | undefined;
      /** How many checks it says to have taken; undefined when it does not say. */
      readonly processed: number | undefined;
      /** Which checks it refused, where it is a nagtail-shim. */
      readonly refused: readonly RefusedCheck[];
    }
  | { readonly kind: 'other'; readonly reason: string };

/**
 * Reads a server's answer in XML, also of old versions, which wrote the status as a text and
 * a dot behind the number of checks.
 */
export function parseReply(body: Uint8Array): ServerReply {
  if (body.length > replyBytesMax) return { kind: 'other', reason: 'the answer is too long' };
  const reading = readXml(requestText(body).trimStart());
  if (!reading.ok) return { kind: 'other', reason: reading.message };
  const { root } = reading;
  const status = childText(root, 'status')?.trim() ?? '';
  if (root.name !== 'result' || !/^-?\d{1,9}$/.test(status)) {
    return { kind: 'other', reason: `the answer begins with <${root.name.slice(0, 40)}>` };
  }
  const meta = root.children.find(({ name }) => name === 'meta');
  const processed = /^\s*(\d{1,9}) checks? processed/.exec(
    (meta && childText(meta, 'output')) ?? '',
  )?.[1];
  return {
    kind: 'reply',
    isDone: Number(status) === 0,
    message: (childText(root, 'message') ?? '').trim(),
    information: childText(root, 'information')?.trim(),
    processed: processed === undefined ? undefined : Number(processed),
    refused: meta === undefined ? [] : refusedIn(meta),
  };
}

function refusedIn({ children }: XmlElement): readonly RefusedCheck[] {
  return children
    .filter(
      ({ name, attributes }) => name === 'refused' && /^\d{1,9}$/.test(attributes['check'] ?? ''),
    )
    .map(({ attributes, text }) => ({ index: Number(attributes['check']), reason: text }));
}
