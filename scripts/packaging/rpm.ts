import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Program } from './bundle.ts';
import { rpmScripts } from './maintainer-scripts.ts';
import { descriptions, homepage, maintainer } from './package-description.ts';
import type { PackageRequest } from './package-request.ts';
import { type PackagedFile, writeFiles } from './packaged-file.ts';

const rpmArchitecture = { x64: 'x86_64', arm64: 'aarch64' } as const;

/** Builds the .rpm of a program, and gives its path. */
export function buildRpm(
  name: Program['name'],
  files: readonly PackagedFile[],
  request: PackageRequest,
): string {
  const architecture = rpmArchitecture[request.architecture];
  const file = `${name}-${request.version}-1.${architecture}.rpm`;
  const folder = mkdtempSync(path.join(tmpdir(), 'nagtail-rpm-'));
  try {
    writeFiles(path.join(folder, 'files'), files, request.epoch);
    const spec = path.join(folder, `${name}.spec`);
    writeFileSync(spec, specOf(name, files, request));
    execFileSync('rpmbuild', rpmbuildArguments(folder, spec, architecture), {
      env: { ...process.env, SOURCE_DATE_EPOCH: String(request.epoch) },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    const target = path.join(request.out, file);
    copyFileSync(path.join(folder, 'RPMS', architecture, file), target);
    return target;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function rpmbuildArguments(folder: string, spec: string, architecture: string): string[] {
  // The files are packed as they are: no debug symbols are looked for, nothing is stripped.
  const macros = {
    _topdir: folder,
    __os_install_post: '%{nil}',
    _build_id_links: 'none',
    debug_package: '%{nil}',
    _buildhost: 'localhost',
    use_source_date_epoch_as_buildtime: '1',
    clamp_mtime_to_source_date_epoch: '1',
  };
  const defines = Object.entries(macros).flatMap(([key, value]) => ['--define', `${key} ${value}`]);
  return ['-bb', '--target', `${architecture}-linux`, ...defines, spec];
}

function specOf(
  name: Program['name'],
  files: readonly PackagedFile[],
  { version, level }: PackageRequest,
): string {
  const { summary, description } = descriptions[name];
  const scripts = Object.entries(rpmScripts(name)).map(
    ([script, text]) => `%${script}\n${text.replaceAll('%', '%%')}`,
  );
  const payload = level === 0 ? 'w.ufdio' : `w${level}.xzdio`;
  // What Node.js is linked with is named as libraries: their packages have other names at SUSE.
  return `%define _binary_payload ${payload}
Name: ${name}
Version: ${version}
Release: 1
Summary: ${summary}
License: MIT
URL: ${homepage}
Packager: ${maintainer}
AutoReqProv: no
Requires: libc.so.6(GLIBC_2.28)(64bit), libstdc++.so.6()(64bit), /usr/sbin/useradd, coreutils

%description
${description.join('\n')}

%install
cp -a %{_topdir}/files/. %{buildroot}/

${scripts.join('\n')}
%files
%defattr(-, root, root, 0755)
${files.map(specLine).join('\n')}
`;
}

function specLine({ path: file, isProgram, isConfiguration }: PackagedFile): string {
  const mode = `%attr(${isProgram ? '0755' : '0644'}, root, root)`;
  const isDocument = file.startsWith('usr/share/doc/') || file.startsWith('usr/share/man/');
  const kind = isConfiguration ? '%config(noreplace) ' : isDocument ? '%doc ' : '';
  return `${mode} ${kind}/${file}`;
}
