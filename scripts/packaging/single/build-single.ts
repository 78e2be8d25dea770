import { execFileSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { build, type Plugin } from 'esbuild';
import { agent, bundle, shim } from '../bundle.ts';
import { type NodeRuntime, nodeRuntime } from '../node-runtime.ts';
import { architectures, type PackageRequest } from '../package-request.ts';
import { nodeOptions } from '../program-files.ts';
import { projectRoot } from '../project-root.ts';
import { thirdPartyNotices } from '../third-party-notices.ts';
import { injectNote } from './inject-note.ts';

/**
 * Builds one executable that has both programs and Node.js in it, and gives its path. It is the official Node.js
 * with the files of the bundles as a note behind it; it unpacks nothing.
 */
export async function buildSingle(runtime: NodeRuntime, request: PackageRequest): Promise<string> {
  const { version, architecture, out } = request;
  const folder = mkdtempSync(path.join(tmpdir(), 'nagtail-single-'));
  try {
    const assets = await writeAssets(folder, version, runtime);
    const config = {
      main: 'main.cjs',
      output: 'blob',
      disableExperimentalSEAWarning: true,
      // Compiled code would be that of the machine that builds.
      useCodeCache: false,
      // How it imports what is no file is experimental; the Node.js in it stays the same one.
      execArgv: [
        ...nodeOptions(agent.name).trim().split(' '),
        '--disable-warning=ExperimentalWarning',
      ],
      execArgvExtension: 'none',
      assets: Object.fromEntries(assets.map((name) => [name, name])),
    };
    writeFileSync(path.join(folder, 'config.json'), JSON.stringify(config));
    execFileSync(lockedNode(folder), ['--experimental-sea-config', 'config.json'], {
      cwd: folder,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    const target = path.join(out, `nagtail-${version}-linux-${architecture}`);
    writeFileSync(target, injectNote(runtime.binary, readFileSync(path.join(folder, 'blob'))));
    chmodSync(target, 0o755);
    return target;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/**
 * The Node.js of package-lock.json for this machine, in a folder: only the same version surely makes what the one in the
 * executable reads.
 */
function lockedNode(folder: string): string {
  const own = architectures.find((one) => one === process.arch);
  if (own === undefined) throw new Error(`no executable can be built on ${process.arch}`);
  const file = path.join(folder, 'node');
  writeFileSync(file, nodeRuntime(own).binary, { mode: 0o755 });
  return file;
}

/** Writes what the executable has in it, and gives the names of all but the first that runs. */
async function writeAssets(
  folder: string,
  version: string,
  { licence }: NodeRuntime,
): Promise<readonly string[]> {
  const written = new Map<string, Uint8Array>();
  const allPackages = new Set<string>();
  for (const program of [agent, shim]) {
    const { files, packages } = await bundle(program, version, [insideOneFile(version)]);
    for (const name of packages) allPackages.add(name);
    for (const { path: file, content } of files)
      if (file.endsWith('.js')) written.set(path.basename(file), content);
  }
  const { outputFiles } = await build({
    absWorkingDir: projectRoot,
    entryPoints: ['main', 'asset-loader'].map((name) => `scripts/packaging/single/${name}.ts`),
    outdir: '/single',
    outExtension: { '.js': '.cjs' },
    bundle: true,
    format: 'cjs',
    platform: 'node',
    target: 'node24',
    minify: true,
    write: false,
  });
  for (const { path: file, contents } of outputFiles) written.set(path.basename(file), contents);
  const licences = [
    readFileSync(path.join(projectRoot, 'LICENSE'), 'utf8'),
    thirdPartyNotices([...allPackages].toSorted(), licence),
  ];
  written.set('licences.txt', Buffer.from(licences.join('\n')));
  for (const [name, content] of written) writeFileSync(path.join(folder, name), content);
  return [...written.keys()].filter((name) => name !== 'main.cjs').toSorted();
}

/** What programs read from beside themselves is in them instead. */
function insideOneFile(version: string): Plugin {
  return {
    name: 'inside one file',
    setup({ onLoad }) {
      onLoad({ filter: /\/platform\/version\.ts$/ }, () => ({
        contents: `export const version = ${JSON.stringify(version)};`,
      }));
      onLoad({ filter: /\/agent\/perl\/coprocess-program\.ts$/ }, () => {
        const text = readFileSync(path.join(projectRoot, 'agent/perl/coprocess.pl'), 'utf8');
        const words = ['-e', text, '--'];
        return { contents: `export const coprocessProgram = ${JSON.stringify(words)};` };
      });
    },
  };
}
