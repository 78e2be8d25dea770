import type { InputSpec } from './input-spec.ts';
import { decodeFields, encodeFields } from './saved-fields.ts';
import type { SavedSource } from './saved-source.ts';

/** Inputs that rules may have added at a time: log lines decide how many they want. */
export const addedInputsMax = 1_000;

/** An input that a rule asks for. */
export interface AddedInput {
  /** The path of a file or fifo; never a pattern. */
  readonly path: string;
  /** Where to begin in a file that is there: an offset in bytes, or its end. */
  readonly start: number | 'end';
  /** The internal context of its lines. */
  readonly context?: string | undefined;
}

const prefix = 'added ';

/** The name under which it is saved that a rule has added an input. */
export function addedName(path: string): string {
  return `${prefix}${path}`;
}

/** What is saved of it; how far it was read is saved as of every other. */
export function addedState({ context }: InputSpec): string {
  return encodeFields({ context });
}

/** An input that a rule has added. */
export function addedSpec({ path, context }: Omit<AddedInput, 'start'>): InputSpec {
  return { name: 'added by a rule', path, context, fromStart: false, added: true };
}

/** The inputs that rules had added before a restart. */
export function savedAddedSpecs(saved: readonly SavedSource[]): InputSpec[] {
  return saved
    .filter(({ name }) => name.startsWith(prefix))
    .map(({ name, state }) => {
      const context = decodeFields(name, state, (fields) =>
        fields.has('context') ? fields.text('context') : undefined,
      );
      return addedSpec({ path: name.slice(prefix.length), context });
    });
}
