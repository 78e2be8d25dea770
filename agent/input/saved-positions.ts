import type { FileMark } from './identity.ts';
import { decodeFields, encodeFields, type Fields } from './saved-fields.ts';

/** A file that is open, as far as its lines were taken. */
export interface SavedFile extends FileMark {
  /** Last change of the file that was seen, in nanoseconds of Unix time. */
  readonly writtenNs: bigint;
  /** Where a symbolic link led to it: the link may lead elsewhere after a restart. */
  readonly target?: string | undefined;
}

/** A file that was seen but could not be opened. */
export interface UnopenedFile {
  readonly device: bigint;
  readonly inode: bigint;
  readonly size: bigint;
}

/** What a follower saves whenever lines were taken. */
export interface SavedPositions {
  /** Path or glob of the input that the file was followed for. */
  readonly input: string;
  /** All files that are open, oldest first. */
  readonly files: readonly SavedFile[];
  /** Device of the folder: a device may have another number after a reboot. */
  readonly folderDevice: bigint;
  /** The last change of the newest file that was finished, in nanoseconds of Unix time. */
  readonly finishedNs: bigint;
  /** The file of the first start, when it is to be read from its size then and could not be opened yet. */
  readonly unopened?: UnopenedFile | undefined;
  /** What the path led to as a symbolic link: generations are beside that as well. */
  readonly target?: string | undefined;
}

/** Positions as the text that is saved. */
export function encodePositions(positions: SavedPositions): string {
  const { input, files, folderDevice, finishedNs, unopened, target: linked } = positions;
  const encoded = files.map(({ writtenNs, target, ...file }) => {
    return { ...fieldsOf(file), writtenNs, target };
  });
  return encodeFields({
    input,
    folderDevice,
    finishedNs,
    unopened: unopened && { ...unopened },
    target: linked,
    files: encoded,
  });
}

/** @throws NagtailError STORE_FAILED when the text is damaged or of a newer version */
export function decodePositions(name: string, text: string): SavedPositions {
  return decodeFields(name, text, (fields) => ({
    input: fields.text('input'),
    folderDevice: fields.whole('folderDevice'),
    finishedNs: fields.whole('finishedNs'),
    unopened: fields.has('unopened') ? unopenedIn(fields.record('unopened')) : undefined,
    target: targetIn(fields),
    files: fields.list('files').map(savedFileIn),
  }));
}

/** Generations that were read to their end or passed over, oldest first, as the text that is saved. */
export function encodeMarks(marks: readonly FileMark[]): string {
  return encodeFields({ marks: marks.map(fieldsOf) });
}

/** @throws NagtailError STORE_FAILED when the text is damaged or of a newer version */
export function decodeMarks(name: string, text: string): readonly FileMark[] {
  return decodeFields(name, text, (fields) => fields.list('marks').map(markIn));
}

function fieldsOf({ device, inode, offset, birthNs, fingerprint }: FileMark) {
  return { device, inode, birthNs, offset, ...fingerprint };
}

function markIn(fields: Fields): FileMark {
  return {
    device: fields.whole('device'),
    inode: fields.whole('inode'),
    birthNs: fields.whole('birthNs'),
    offset: fields.number('offset'),
    fingerprint: {
      headBytes: fields.number('headBytes'),
      headHash: fields.text('headHash'),
      tailBytes: fields.number('tailBytes'),
      tailHash: fields.text('tailHash'),
    },
  };
}

function savedFileIn(fields: Fields): SavedFile {
  return {
    ...markIn(fields),
    writtenNs: fields.whole('writtenNs'),
    target: targetIn(fields),
  };
}

function targetIn(fields: Fields): string | undefined {
  return fields.has('target') ? fields.text('target') : undefined;
}

function unopenedIn(fields: Fields): UnopenedFile {
  return {
    device: fields.whole('device'),
    inode: fields.whole('inode'),
    size: fields.whole('size'),
  };
}
