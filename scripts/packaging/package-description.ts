import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Program } from './bundle.ts';
import { projectRoot } from './project-root.ts';

/** What package managers show of a package. */
export interface PackageDescription {
  readonly summary: string;
  readonly description: readonly string[];
}

const manifest = JSON.parse(readFileSync(path.join(projectRoot, 'package.json'), 'utf8'));

/** `NAME <ADDRESS>` of who publishes the packages: `author` of package.json. */
export const maintainer = String(manifest.author);

/** Where there is more about them: `homepage` of package.json. */
export const homepage = String(manifest.homepage);

export const descriptions: Readonly<Record<Program['name'], PackageDescription>> = {
  nagtail: {
    summary: 'log agent for Nagios with the rules of SEC',
    description: [
      'Follows log files, correlates events with rule files of SEC (Simple Event',
      'Correlator), and reports to Nagios as passive check results over NSCA, NSCA-ng',
      'or NRDP. Brings the Node.js that it runs on.',
    ],
  },
  'nagtail-shim': {
    summary: 'receiver of passive check results for Nagios',
    description: [
      'Takes results from nagtail, send_nsca, NSCA-ng and NRDP clients, keeps them on',
      'disk before it acknowledges them, and writes the external command file of',
      'Nagios, Naemon or Icinga. Brings the Node.js that it runs on.',
    ],
  },
};
