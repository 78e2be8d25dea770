import { SaxesParser } from 'saxes';
import { xmlDepthMax, xmlElementsMax } from './request-limits.ts';

/** An element of an XML document. */
export interface XmlElement {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly XmlElement[];
  /** Its own text, without that of its children. */
  readonly text: string;
}

export type XmlReading =
  | { readonly ok: true; readonly root: XmlElement }
  | { readonly ok: false; readonly message: string };

interface OpenElement extends XmlElement {
  readonly children: OpenElement[];
  text: string;
}

/** Ends the parser amid a document. */
class XmlFault extends Error {}

/**
 * Reads a small XML document. A document type is refused, and with it all entities but the
 * five of XML itself: nothing can be expanded, nothing is fetched. Depth and number of
 * elements are bounded; the caller bounds the length.
 */
export function readXml(text: string): XmlReading {
  const open: OpenElement[] = [];
  let root: OpenElement | undefined;
  let elements = 0;
  const parser = new SaxesParser({ xmlns: false, position: false });
  const addText = (more: string) => {
    const top = open.at(-1);
    if (top !== undefined) top.text += more;
  };
  parser.on('error', (error) => {
    throw new XmlFault(`not well-formed: ${error.message}`);
  });
  parser.on('doctype', () => {
    throw new XmlFault('a document type (DOCTYPE) is not taken');
  });
  parser.on('text', addText);
  parser.on('cdata', addText);
  parser.on('opentag', ({ name, attributes }) => {
    elements++;
    if (elements > xmlElementsMax) throw new XmlFault(`more than ${xmlElementsMax} elements`);
    if (open.length >= xmlDepthMax) throw new XmlFault(`more than ${xmlDepthMax} levels`);
    const element: OpenElement = { name, attributes, children: [], text: '' };
    open.at(-1)?.children.push(element);
    root ??= element;
    open.push(element);
  });
  parser.on('closetag', () => open.pop());
  try {
    parser.write(text).close();
  } catch (error) {
    if (error instanceof XmlFault) return { ok: false, message: error.message };
    throw error;
  }
  return root === undefined ? { ok: false, message: 'it is empty' } : { ok: true, root };
}

/** The text of the first child with this name; undefined when there is none. */
export function childText(element: XmlElement, name: string): string | undefined {
  return element.children.find((child) => child.name === name)?.text;
}
