import { tableRows } from './document-tables.ts';
import { importsOf } from './imports-of.ts';
import type { ProjectFile } from './project-files.ts';

/** What the files of a folder may import. The first row that fits a file holds for it. */
interface Law {
  readonly folder: string;
  /** Folders whose values and types may be imported; the own folder always may. */
  readonly ours: readonly string[];
  /** Folders of which only types may be imported. */
  readonly types?: readonly string[];
  /** Node's modules and packages; undefined when all that package.json names are allowed. */
  readonly others?: readonly string[];
}

/** The layers of docs/ARCHITECTURE.md. */
const laws: readonly Law[] = [
  { folder: 'platform', ours: [] },
  { folder: 'protocol', ours: [], others: ['node:crypto', 'node:zlib', 'node-forge', 'saxes'] },
  { folder: 'agent/sec', ours: ['protocol'], types: ['platform'], others: [] },
  { folder: 'agent/perl', ours: ['platform', 'protocol'], types: ['agent/sec/perl'] },
  { folder: 'senders', ours: ['protocol', 'platform'] },
  { folder: 'agent', ours: ['senders', 'protocol', 'platform'] },
  { folder: 'server-shim/admit', ours: ['protocol'], types: ['platform'], others: [] },
  { folder: 'server-shim', ours: ['senders', 'protocol', 'platform'] },
  { folder: 'scripts/man', ours: ['agent', 'server-shim', 'senders', 'protocol', 'platform'] },
  { folder: 'scripts', ours: ['platform', 'protocol'] },
  {
    folder: 'bench',
    ours: ['agent', 'server-shim', 'senders', 'protocol', 'platform', 'scripts', 'test/support'],
  },
  { folder: 'test', ours: ['agent', 'server-shim', 'senders', 'protocol', 'platform', 'scripts'] },
];

/**
 * Compares the law with the table `| folder | what lives there | may import |` of a document: what differs for the
 * folders of the product.
 */
export function lawDocumentFaults(markdown: string, folders: readonly string[]): string[] {
  const rows = tableRows(markdown).map(({ cells: [folder = '', , may = ''] }) => ({ folder, may }));
  const told = laws.filter(({ folder }) => folders.includes(folder.split('/')[0] ?? ''));
  return told.flatMap(({ folder, ours, types = [] }) => {
    const row = rows.find((one) => one.folder === `${folder}/` || one.folder === `${folder}/…`);
    if (row === undefined) return [`${folder}/ has no row`];
    if (row.may === 'all of the above') return [];
    const named = [...row.may.matchAll(/`([a-z][\w/-]*)\/`/g)].map(([, name]) => name ?? '');
    const allowed = [...ours, ...types];
    return [
      ...allowed
        .filter((one) => !named.includes(one))
        .map((one) => `${folder}/: ${one}/ is not told`),
      ...named
        .filter((one) => !allowed.includes(one))
        .map((one) => `${folder}/ may not import ${one}/`),
    ];
  });
}

/** What the imports of a file do against the law. */
export function importLawFaults(file: ProjectFile, packages: ReadonlySet<string>): string[] {
  const law = laws.find(({ folder }) => isBelow(file.path, folder));
  if (law === undefined) return [`${file.path}: no import law for this folder`];
  return importsOf(file).flatMap(({ line, specifier, file: target, typesOnly }) => {
    const fault =
      target === undefined
        ? foreignFault(law, specifier, packages)
        : ownFault(law, target, typesOnly);
    return fault === undefined ? [] : [`${file.path}:${line}: ${fault}`];
  });
}

function ownFault(law: Law, target: string, typesOnly: boolean): string | undefined {
  if (target === 'package.json') return undefined;
  if ([law.folder, ...law.ours].some((folder) => isBelow(target, folder))) return undefined;
  if (!(law.types ?? []).some((folder) => isBelow(target, folder))) {
    return `${law.folder}/ may not import ${target}`;
  }
  return typesOnly ? undefined : `${law.folder}/ may import only types of ${target}`;
}

function foreignFault(
  law: Law,
  specifier: string,
  packages: ReadonlySet<string>,
): string | undefined {
  const name = packageOf(specifier);
  if (!specifier.startsWith('node:') && !packages.has(name)) {
    return `package ${name} is not in package.json`;
  }
  if (law.others === undefined || law.others.includes(name)) return undefined;
  return `${law.folder}/ may not import ${specifier}`;
}

/** `a/b` → `a`, `@a/b/c` → `@a/b`; Node's own modules as they are. */
function packageOf(specifier: string): string {
  if (specifier.startsWith('node:')) return specifier;
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
}

function isBelow(file: string, folder: string): boolean {
  return file.startsWith(`${folder}/`);
}
