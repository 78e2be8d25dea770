import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { version } from '../../platform/version.ts';
import { projectRoot } from './project-root.ts';

/** The architectures that there is a Node.js for, as Node.js names them. */
export const architectures = ['x64', 'arm64'] as const;
export type Architecture = (typeof architectures)[number];

/** What can be built; scripts/package --help says what each is. */
export const kinds = ['deb', 'rpm', 'tar', 'single', 'any', 'sbom'] as const;
export type Kind = (typeof kinds)[number];

/** What is to be built, and how. */
export interface PackageRequest {
  readonly architecture: Architecture;
  readonly kinds: ReadonlySet<Kind>;
  readonly out: string;
  /** Of gzip and xz, from 0 to 9. */
  readonly level: number;
  readonly version: string;
  /** The time of all files, in seconds since 1970. */
  readonly epoch: number;
  /** The key of gpg that signs the checksums, as gpg understands it; nobody signs without it. */
  readonly signKey: string | undefined;
}

/** What scripts/package was given on its command line. */
export interface RequestTexts {
  readonly arch?: string | undefined;
  readonly only: string;
  readonly out: string;
  readonly level: string;
  readonly sign?: string | undefined;
}

/** Reads the command line; a text says what is wrong with it. */
export function readRequest({
  arch,
  only,
  out,
  level,
  sign,
}: RequestTexts): PackageRequest | string {
  const architecture = architectures.find((one) => one === (arch ?? process.arch));
  if (architecture === undefined) return `no architecture ${arch ?? process.arch}`;
  const wanted = only.split(',');
  const unknown = wanted.find((one) => !kinds.some((kind) => kind === one));
  if (unknown !== undefined) return `nothing is called ${unknown}`;
  if (!/^[0-9]$/.test(level)) return `--level is a digit, not ${level}`;
  if (sign !== undefined && !wanted.includes('sbom'))
    return '--sign signs the checksums, which come with sbom';
  return {
    signKey: sign,
    architecture,
    kinds: new Set(kinds.filter((kind) => wanted.includes(kind))),
    out: path.resolve(out),
    level: Number(level),
    version,
    epoch: sourceDateEpoch(),
  };
}

/** What reproducible-builds.org defines: the time of the sources, not that of the build. */
function sourceDateEpoch(): number {
  const given = process.env['SOURCE_DATE_EPOCH'];
  if (given !== undefined) return Number(given);
  const git = ['-C', projectRoot, 'log', '-1', '--format=%ct'];
  return Number(execFileSync('git', git, { encoding: 'utf8' }));
}
