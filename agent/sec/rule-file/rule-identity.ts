import type { ByteString } from '../../../protocol/byte-string.ts';
import type { Language } from '../language.ts';
import type { RuleBlock } from './rule-blocks.ts';

/**
 * A text that says all that a rule says: two rules with the same one do the same, wherever
 * in their file they stand. What an operation of the one has saved can be read by
 * the other. Comments and the order of keywords do not count; the built-in commands do that
 * the rule names, because they change what its actions are.
 */
export function ruleIdentity(block: RuleBlock, { extensions }: Language): ByteString {
  const keywords = [...block.keywords].map(([name, { value }]) => `${name}=${value}\n`).sort();
  const text = keywords.join('');
  const commands = [...extensions.builtinCommands].filter((command) => text.includes(command));
  return `${text}${commands.sort().join(' ')}\n${extensions.submitAction ? 'submit' : ''}`;
}
