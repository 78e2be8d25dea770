import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { projectRoot } from './project-root.ts';

/**
 * What the programs are made of, as a CycloneDX document. npm writes it from package-lock.json;
 * time and number, which it makes up, are those of the sources and of what it says.
 */
export function sbom(epoch: number): string {
  const args = ['sbom', '--sbom-format=cyclonedx', '--omit=dev', '--package-lock-only'];
  const text = execFileSync('npm', args, { cwd: projectRoot, encoding: 'utf8' });
  const document = JSON.parse(text);
  document.metadata.timestamp = new Date(epoch * 1000).toISOString();
  document.metadata.component.name = 'nagtail';
  delete document.metadata.tools;
  delete document.serialNumber;
  document.serialNumber = `urn:uuid:${uuidOf(JSON.stringify(document))}`;
  return `${JSON.stringify(document, null, 2)}\n`;
}

/** A UUID of version 8 (RFC 9562), from a text. */
function uuidOf(text: string): string {
  const hex = createHash('sha256').update(text).digest('hex');
  const parts = [hex.slice(0, 8), hex.slice(8, 12), `8${hex.slice(13, 16)}`];
  return [...parts, `8${hex.slice(17, 20)}`, hex.slice(20, 32)].join('-');
}
