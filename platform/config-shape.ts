import type { KeyTable } from './config-schema.ts';

/** A section that a configuration can have, for whoever shows or describes it. */
export interface SectionShape {
  readonly kind: string;
  /** What follows the kind: `NAME` for any name, one name of a fixed set, or nothing. */
  readonly name: string;
  /** What it is for, in one sentence. */
  readonly about: string;
  readonly keys: KeyTable;
  /** Keys that depend on the value of one of its keys. */
  readonly variants?: SectionVariants;
}

/** The further keys of a section, by the value of one of its keys. */
export interface SectionVariants {
  readonly by: string;
  readonly of: Readonly<Record<string, KeyTable>>;
}

/** All sections of a program's configuration, in the order in which they are described. */
export type ConfigShape = readonly SectionShape[];

/** The keys that a section has whose variants' key has this value. */
export function keysOfSection({ keys, variants }: SectionShape, chosen: string): KeyTable {
  const more = variants !== undefined && Object.hasOwn(variants.of, chosen);
  return more ? { ...keys, ...variants.of[chosen] } : keys;
}

/** The shape of `[kind.name]`; undefined when there is no such section. */
export function shapeOf(
  shape: ConfigShape,
  { kind, name }: { readonly kind: string; readonly name: string },
): SectionShape | undefined {
  const isOne = (one: SectionShape) =>
    one.kind === kind && (one.name === 'NAME' ? name !== '' : one.name === name);
  return shape.find(isOne);
}
