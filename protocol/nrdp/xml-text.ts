const escapes: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
};

/** A text as it stands between tags. What XML has no way to write becomes a blank. */
export function xmlText(text: string): string {
  return text
    .toWellFormed()
    .replace(/[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]/g, ' ')
    .replace(/[&<>]/g, (character) => escapes[character] ?? character)
    .replace(/\r/g, '&#13;');
}
