/**
 * The answer to a part of SEC's language that this version does not run: the
 * rule is dropped and its author told so, because half a rule is worse than none.
 */
export function notYet(what: string): { readonly fault: string; readonly hint: string } {
  return {
    fault: `${what} is part of SEC's language, but this version of nagtail does not run it yet`,
    hint: 'the rule is dropped',
  };
}
