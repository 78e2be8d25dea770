import { createHash } from 'node:crypto';
import type { BigIntStats } from 'node:fs';
import { readBytes } from './read-bytes.ts';

/** Which file it is, whatever its name. An inode number is used again after its file is gone. */
export interface FileIdentity {
  readonly device: bigint;
  readonly inode: bigint;
}

/** A place in a file: `offset` bytes from its beginning. */
export interface FilePosition extends FileIdentity {
  readonly offset: number;
}

/** What the bytes before an offset look like: enough to tell that a file is still the same one. */
export interface Fingerprint {
  readonly headBytes: number;
  readonly headHash: string;
  readonly tailBytes: number;
  readonly tailHash: string;
}

/** How far a file was read, with what is needed to know it again. */
export interface FileMark extends FilePosition {
  /** When the file was made, in nanoseconds of Unix time; 0 where the file system does not tell. */
  readonly birthNs: bigint;
  readonly fingerprint: Fingerprint;
}

/** First bytes of a file that its fingerprint looks at. */
export const headBytesMax = 256;

/** Bytes before an offset that are compared to tell whether a file still is what it was. */
export const tailBytesMax = 1024;

/** Two files that agree in fewer bytes than this are not taken for copies of each other. */
const copyBytesMin = 64;

/** The identity in the answer of a stat call. */
export function identityOf(stat: Pick<BigIntStats, 'dev' | 'ino'>): FileIdentity {
  return { device: stat.dev, inode: stat.ino };
}

/** An identity as a key of a map. */
export function identityKey(identity: FileIdentity): string {
  return `${identity.device}:${identity.inode}`;
}

/** The bytes from `start` to before `end`; fewer when the file is shorter. */
export function bytesBetween(fd: number, start: number, end: number): Buffer {
  const bytes = Buffer.allocUnsafe(Math.max(0, end - start));
  const all = { least: bytes.length, most: bytes.length };
  return bytes.subarray(0, readBytes(fd, bytes, all, start));
}

/** The bytes just before an offset, `tailBytesMax` of them or fewer. */
export function tailBefore(fd: number, offset: number): Buffer {
  return bytesBetween(fd, Math.max(0, offset - tailBytesMax), offset);
}

/** The first bytes, as far as a fingerprint at `offset` looks at them. */
export function headBefore(fd: number, offset: number): Buffer {
  return bytesBetween(fd, 0, Math.min(headBytesMax, offset));
}

/** The fingerprint of an open file that was read up to `offset`. */
export function fingerprintAt(fd: number, offset: number): Fingerprint {
  return fingerprintOf(headBefore(fd, offset), tailBefore(fd, offset));
}

/** The mark at the end of an open file: what is in it now is not to be read. */
export function markAtEnd(fd: number, stat: BigIntStats): FileMark {
  const offset = Number(stat.size);
  const fingerprint = fingerprintAt(fd, offset);
  return { ...identityOf(stat), offset, birthNs: stat.birthtimeNs, fingerprint };
}

/** The fingerprint of a file with these first bytes, at an offset with these bytes before it. */
export function fingerprintOf(head: Buffer, tail: Buffer): Fingerprint {
  return {
    headBytes: head.length,
    headHash: hashOf(head),
    tailBytes: tail.length,
    tailHash: hashOf(tail),
  };
}

/**
 * True when the open file is the one that the mark was set in, and still has
 * all bytes before it. Where the file system tells when a file was made, that
 * decides; elsewhere, and for the bytes, the fingerprint.
 */
export function isMarked(mark: FileMark, fd: number, stat: BigIntStats): boolean {
  if (stat.dev !== mark.device || stat.ino !== mark.inode) return false;
  if (stat.birthtimeNs !== mark.birthNs) return false;
  return hasContent(mark, fd, stat);
}

/** True when an open file, whichever it is, has the bytes that the mark was set behind. */
export function hasContent(mark: FileMark, fd: number, stat: BigIntStats): boolean {
  if (stat.size < mark.offset) return false;
  return sameFingerprint(fingerprintAt(fd, mark.offset), mark.fingerprint);
}

/** True when the bytes that two fingerprints look at are the same. */
export function sameFingerprint(one: Fingerprint, other: Fingerprint): boolean {
  return one.headHash === other.headHash && one.tailHash === other.tailHash;
}

/** True when the open file has exactly these bytes just before `offset`. */
export function hasTail(fd: number, offset: number, tail: Buffer): boolean {
  return tail.length > 0 && bytesBetween(fd, offset - tail.length, offset).equals(tail);
}

/**
 * True when the shorter of two open files looks like the beginning of the
 * longer: one is a copy of the other, finished or still being made.
 */
export function isCopy(fd: number, size: number, otherFd: number, otherSize: number): boolean {
  const common = Math.min(size, otherSize);
  if (common < copyBytesMin) return false;
  const headEnd = Math.min(headBytesMax, common);
  return (
    bytesBetween(fd, 0, headEnd).equals(bytesBetween(otherFd, 0, headEnd)) &&
    tailBefore(fd, common).equals(tailBefore(otherFd, common))
  );
}

function hashOf(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex').slice(0, 32);
}
