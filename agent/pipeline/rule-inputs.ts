import { type ByteString, byteStringOf, textOf } from '../../protocol/byte-string.ts';
import { type AddedInput, addedInputsMax } from '../input/added-inputs.ts';
import type { Host } from '../sec/engine/host.ts';

/** The inputs, as far as rules can change them. */
export interface ChangeableInputs {
  add(input: AddedInput): 'added' | 'known' | 'full';
  drop(path: string): boolean;
}

export interface RuleInputsParts {
  readonly inputs: () => ChangeableInputs;
  /** A source is followed no longer. */
  readonly onDropped: (source: ByteString) => void;
  /** Tells what SEC tells of it, too. */
  readonly tell: (text: ByteString) => void;
}

/** What the actions `addinput` and `dropinput` do to the inputs. */
export class RuleInputs implements Pick<Host, 'addInput' | 'dropInput'> {
  readonly #parts: RuleInputsParts;

  constructor(parts: RuleInputsParts) {
    this.#parts = parts;
  }

  addInput(
    file: ByteString,
    offset: ByteString | undefined,
    context: ByteString | undefined,
  ): void {
    const start = offset === undefined || offset === '-' ? 'end' : Number(offset);
    const path = textOf(file);
    const input = { path, start, context: context && textOf(context) } as const;
    const outcome = this.#parts.inputs().add(input);
    if (outcome === 'added') return;
    const reason =
      outcome === 'known'
        ? 'already exists in the list of inputs'
        : byteStringOf(`is one more than the ${addedInputsMax} that rules may add`);
    this.#parts.tell(`Dynamic input file '${file}' ${reason}, can't add`);
  }

  dropInput(file: ByteString): void {
    if (this.#parts.inputs().drop(textOf(file))) this.#parts.onDropped(file);
    else this.#parts.tell(`Dynamic input file '${file}' not found, can't drop`);
  }
}
