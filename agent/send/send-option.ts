import type { SendDraft } from './send-request.ts';

/** An option of `nagtail send`. */
export interface SendOption {
  readonly names: readonly [string, ...string[]];
  /** What its value is called in the help; none: it takes no value. */
  readonly value?: string;
  readonly about: string;
  /** Takes it into the request; gives a complaint when its value will not do. */
  readonly take: (draft: SendDraft, value: string) => string | undefined;
}

/** An option without a value that sets something. */
export function flag(
  names: SendOption['names'],
  about: string,
  set: (draft: SendDraft) => void,
): SendOption {
  const take = (draft: SendDraft) => {
    set(draft);
    return undefined;
  };
  return { names, about, take };
}

/** An option whose value is taken as it is. */
export function textOption(
  names: SendOption['names'],
  value: string,
  about: string,
  set: (draft: SendDraft, text: string) => void,
): SendOption {
  const take = (draft: SendDraft, text: string) => {
    if (text === '') return 'expected a text that is not empty';
    set(draft, text);
    return undefined;
  };
  return { names, value, about, take };
}

/** An option with a whole number. */
export function numberOption(
  names: SendOption['names'],
  limits: { readonly value: string; readonly min: number; readonly max: number },
  about: string,
  set: (draft: SendDraft, number: number) => void,
): SendOption {
  const { value, min, max } = limits;
  const take = (draft: SendDraft, text: string) => {
    const number = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
    if (!(number >= min && number <= max)) {
      return `expected a whole number from ${min} to ${max}, found '${text}'`;
    }
    set(draft, number);
    return undefined;
  };
  return { names, value, about, take };
}
