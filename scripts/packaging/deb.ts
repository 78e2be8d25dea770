import { execFileSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Program } from './bundle.ts';
import { debScripts } from './maintainer-scripts.ts';
import { descriptions, homepage, maintainer } from './package-description.ts';
import type { PackageRequest } from './package-request.ts';
import { type PackagedFile, textFile, writeFiles } from './packaged-file.ts';

const debArchitecture = { x64: 'amd64', arm64: 'arm64' } as const;

/** Builds the .deb of a program, and gives its path. */
export function buildDeb(
  name: Program['name'],
  files: readonly PackagedFile[],
  request: PackageRequest,
): string {
  const architecture = debArchitecture[request.architecture];
  const target = path.join(request.out, `${name}_${request.version}_${architecture}.deb`);
  const folder = mkdtempSync(path.join(tmpdir(), 'nagtail-deb-'));
  try {
    chmodSync(folder, 0o755);
    writeFiles(folder, [...files, ...controlFiles(name, files, request)], request.epoch);
    const compression = request.level === 0 ? ['-Znone'] : ['-Zxz', `-z${request.level}`];
    execFileSync('dpkg-deb', ['--root-owner-group', ...compression, '--build', folder, target], {
      env: { ...process.env, SOURCE_DATE_EPOCH: String(request.epoch) },
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    return target;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function controlFiles(
  name: Program['name'],
  files: readonly PackagedFile[],
  { architecture, version }: PackageRequest,
): PackagedFile[] {
  const { summary, description } = descriptions[name];
  const bytes = files.reduce((sum, { content }) => sum + content.length, 0);
  const control = [
    `Package: ${name}`,
    `Version: ${version}`,
    `Architecture: ${debArchitecture[architecture]}`,
    `Maintainer: ${maintainer}`,
    `Homepage: ${homepage}`,
    `Installed-Size: ${Math.ceil(bytes / 1024)}`,
    // What the Node.js inside is linked with, and what makes the user.
    'Depends: libc6 (>= 2.28), libstdc++6 (>= 9), libgcc-s1 | libgcc1, passwd',
    'Recommends: systemd',
    'Section: net',
    'Priority: optional',
    `Description: ${summary}`,
    ...description.map((line) => ` ${line}`),
  ];
  const configuration = files.filter(({ isConfiguration }) => isConfiguration);
  return [
    textFile('DEBIAN/control', lines(control)),
    textFile('DEBIAN/conffiles', lines(configuration.map((file) => `/${file.path}`))),
    ...Object.entries(debScripts(name)).map(([script, text]) =>
      textFile(`DEBIAN/${script}`, text, { isProgram: true }),
    ),
  ];
}

function lines(all: readonly string[]): string {
  return all.map((line) => `${line}\n`).join('');
}
