import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Bundle, Program } from './bundle.ts';
import type { NodeRuntime } from './node-runtime.ts';
import type { PackageRequest } from './package-request.ts';
import { type PackagedFile, textFile, writeFiles } from './packaged-file.ts';
import {
  completionsOf,
  configurationOf,
  manualPagesOf,
  nagiosObjectsOf,
  nodeOptions,
  unitsOf,
} from './program-files.ts';
import { projectRoot } from './project-root.ts';
import { thirdPartyNotices } from './third-party-notices.ts';

/** A program and its bundle. */
export interface BundledProgram {
  readonly program: Program;
  readonly bundle: Bundle;
}

/**
 * Builds the tarball of both programs, and gives its path.
 * @param runtime goes with them; without it they need a Node.js that is there
 */
export function buildTarball(
  programs: readonly BundledProgram[],
  runtime: NodeRuntime | undefined,
  request: PackageRequest,
): string {
  const { version, architecture, epoch, level, out } = request;
  const base = `nagtail-${version}-${runtime === undefined ? 'any' : `linux-${architecture}`}`;
  const folder = mkdtempSync(path.join(tmpdir(), 'nagtail-tar-'));
  try {
    writeFiles(path.join(folder, base), tarballFiles(programs, runtime), epoch);
    const target = path.join(out, `${base}.tar.gz`);
    // --format=ustar: no times of access, no numbers of processes in it.
    const same = ['--sort=name', `--mtime=@${epoch}`, '--owner=0', '--group=0', '--numeric-owner'];
    const gzip = `--use-compress-program=gzip -n -${Math.max(1, level)}`;
    execFileSync('tar', ['-C', folder, '--format=ustar', ...same, gzip, '-cf', target, base]);
    return target;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function tarballFiles(
  programs: readonly BundledProgram[],
  runtime: NodeRuntime | undefined,
): PackagedFile[] {
  const packages = new Set(programs.flatMap(({ bundle }) => bundle.packages));
  const files = [
    projectText('LICENSE', 'LICENSE'),
    projectText('config/packages/README.tarball.md', 'README.md'),
    textFile('THIRD-PARTY.txt', thirdPartyNotices([...packages].toSorted(), runtime?.licence)),
    { ...projectText('config/packages/install.sh', 'install'), isProgram: true },
    projectText('config/packages/setup.sh', 'lib/setup.sh'),
    ...programs.flatMap(filesOf),
  ];
  if (runtime === undefined) return files;
  return [...files, { path: 'lib/node', content: runtime.binary, isProgram: true }];
}

function filesOf({ program: { name }, bundle }: BundledProgram): PackagedFile[] {
  const template = readFileSync(path.join(projectRoot, 'config/packages/launcher.sh'), 'utf8');
  const launcher = template.replaceAll('@PROGRAM@', name).replace('@OPTIONS@', nodeOptions(name));
  return [
    textFile(`bin/${name}`, launcher, { isProgram: true }),
    ...bundle.files.map((file) => ({ ...file, path: `lib/${name}/${file.path}` })),
    ...configurationOf(name).map((file) => ({ ...file, path: `etc/${name}/${file.path}` })),
    ...unitsOf(name).map((file) => ({ ...file, path: `lib/systemd/${file.path}` })),
    projectText(`config/packages/${name}.sysusers`, `lib/sysusers.d/${name}.conf`),
    ...[...manualPagesOf(name), ...completionsOf(name), ...nagiosObjectsOf(name)].map((file) => ({
      ...file,
      path: file.path.replace(/^usr\//, ''),
    })),
  ];
}

function projectText(from: string, to: string): PackagedFile {
  return textFile(to, readFileSync(path.join(projectRoot, from), 'utf8'));
}
