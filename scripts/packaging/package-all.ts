import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { agent, bundle, shim } from './bundle.ts';
import { buildDeb } from './deb.ts';
import { nodeRuntime } from './node-runtime.ts';
import type { PackageRequest } from './package-request.ts';
import type { PackagedFile } from './packaged-file.ts';
import { programFiles } from './program-files.ts';
import { buildRpm } from './rpm.ts';
import { sbom } from './sbom.ts';
import { sign } from './sign.ts';
import { buildSingle } from './single/build-single.ts';
import { type BundledProgram, buildTarball } from './tarball.ts';

/** Builds what is asked for, and gives the paths of all files. */
export async function packageAll(request: PackageRequest): Promise<string[]> {
  const { kinds, out, version, epoch, architecture, signKey } = request;
  mkdirSync(out, { recursive: true });
  const programs: BundledProgram[] = [];
  for (const program of [agent, shim])
    programs.push({ program, bundle: await bundle(program, version) });
  const built: string[] = [];
  if (kinds.has('any')) built.push(buildTarball(programs, undefined, request));
  if ((['deb', 'rpm', 'tar', 'single'] as const).some((kind) => kinds.has(kind))) {
    const runtime = nodeRuntime(architecture);
    if (kinds.has('single')) built.push(await buildSingle(runtime, request));
    if (kinds.has('tar')) built.push(buildTarball(programs, runtime, request));
    for (const { program, bundle } of programs) {
      const files = programFiles(program, bundle, runtime);
      if (kinds.has('deb'))
        built.push(buildDeb(program.name, files.map(whereDebianLooks), request));
      if (kinds.has('rpm')) built.push(buildRpm(program.name, files, request));
    }
  }
  if (kinds.has('sbom')) {
    const document = path.join(out, `nagtail-${version}.cdx.json`);
    writeFileSync(document, sbom(epoch));
    const checksums = writeChecksums(out, [...built, document]);
    built.push(document, checksums);
    if (signKey !== undefined) built.push(sign(checksums, signKey));
  }
  return built;
}

/** Debian's zsh has a folder of its own for what packages bring. */
function whereDebianLooks(file: PackagedFile): PackagedFile {
  return { ...file, path: file.path.replace('/zsh/site-functions/', '/zsh/vendor-completions/') };
}

/** `sha256sum --check SHA256SUMS` looks whether the files are what they were. */
function writeChecksums(out: string, files: readonly string[]): string {
  const lines = files.map((file) => {
    const sum = createHash('sha256').update(readFileSync(file)).digest('hex');
    return `${sum}  ${path.basename(file)}\n`;
  });
  const target = path.join(out, 'SHA256SUMS');
  writeFileSync(target, lines.toSorted().join(''));
  return target;
}
