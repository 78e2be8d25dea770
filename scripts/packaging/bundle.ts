import { readFileSync } from 'node:fs';
import path from 'node:path';
import { build, type Plugin } from 'esbuild';
import type { PackagedFile } from './packaged-file.ts';
import { projectRoot } from './project-root.ts';

/** One of the two programs, and what its bundle is made of. */
export interface Program {
  readonly name: 'nagtail' | 'nagtail-shim';
  /** Its threads are files of their own, beside it. */
  readonly entries: Readonly<Record<string, string>>;
  /** What it reads from beside itself at run time, as it is. */
  readonly assets: readonly string[];
}

export const agent: Program = {
  name: 'nagtail',
  entries: {
    nagtail: 'agent/start.ts',
    'pipeline-thread': 'agent/pipeline/pipeline-thread.ts',
  },
  assets: ['agent/perl/coprocess.pl'],
};

export const shim: Program = {
  name: 'nagtail-shim',
  entries: {
    'nagtail-shim': 'server-shim/main.ts',
    'decrypt-thread': 'server-shim/listen/decrypt-thread.ts',
  },
  assets: [],
};

/** A bundle: its files, and the npm packages that are in them. */
export interface Bundle {
  readonly files: readonly PackagedFile[];
  readonly packages: readonly string[];
}

/** Some packages are CommonJS and ask for Node's modules by `require`, which a module does not have. */
const requireForPackages =
  "import { createRequire as createRequireOfBundle } from 'node:module';\n" +
  'const require = createRequireOfBundle(import.meta.url);';

/**
 * Puts a program and its packages into a few files that need only Node.js. Names stay as they
 * are in the sources, so that what a failure prints can be found there. Paths in the result are
 * `app/NAME`, beside a package.json that says its version and that its files are modules.
 * @param plugins look at sources before anything else does
 */
export async function bundle(
  { name, entries, assets }: Program,
  version: string,
  plugins: readonly Plugin[] = [],
): Promise<Bundle> {
  const { outputFiles, metafile } = await build({
    absWorkingDir: projectRoot,
    entryPoints: { ...entries },
    outdir: '/app',
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node24',
    minifySyntax: true,
    minifyWhitespace: true,
    legalComments: 'none',
    banner: { js: requireForPackages },
    plugins: [...plugins, threadsOfBundle],
    metafile: true,
    write: false,
    logLevel: 'warning',
  });
  const manifest = { name, version, type: 'module', private: true };
  const files = [
    ...outputFiles.map(({ path: file, contents }) => ({
      path: `app/${path.basename(file)}`,
      content: contents,
    })),
    ...assets.map((asset) => ({
      path: `app/${path.basename(asset)}`,
      content: readFileSync(path.join(projectRoot, asset)),
    })),
    { path: 'package.json', content: Buffer.from(`${JSON.stringify(manifest)}\n`) },
  ];
  const packages = new Set(Object.keys(metafile.inputs).flatMap(packageFolderOf));
  return { files, packages: [...packages].toSorted() };
}

/** `…/node_modules/@a/b/c.js` → `…/node_modules/@a/b`. */
function packageFolderOf(input: string): string[] {
  const found = /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(input);
  return found?.[1] === undefined ? [] : [found[1]];
}

/** A thread is started by the name of its file, which ends in .js in the bundle. */
const threadsOfBundle: Plugin = {
  name: 'threads of the bundle',
  setup({ onLoad }) {
    onLoad({ filter: /\/(?:agent|server-shim)\/.*\.ts$/ }, ({ path: file }) => {
      const text = readFileSync(file, 'utf8');
      const contents = text.replaceAll(
        /new URL\('\.\/([a-z-]+)\.ts', import\.meta\.url\)/g,
        "new URL('./$1.js', import.meta.url)",
      );
      return { contents, loader: 'ts' };
    });
  },
};
