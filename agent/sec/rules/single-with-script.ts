import { wordsOf } from '../../../protocol/blanks.ts';
import type { ByteString } from '../../../protocol/byte-string.ts';
import type { Action } from '../actions/action.ts';
import type { Command } from '../engine/host.ts';
import type { Runtime } from '../engine/runtime.ts';
import type { Match } from '../substitute/match.ts';
import { bindActions, bindText } from './bound.ts';
import { type OnePatternParts, OnePatternRule } from './one-pattern-rule.ts';
import { allParts, type RuleType } from './rule-type.ts';

/** `type=SingleWithScript`: a script decides which of two action lists runs, when it has ended. */
export const singleWithScriptType: RuleType = {
  name: 'SINGLEWITHSCRIPT',
  mandatory: ['ptype', 'pattern', 'script', 'desc', 'action'],
  optional: ['varmap', 'context', 'continue', 'shell', 'action2'],
  read(keywords, place) {
    const parts = allParts<ScriptParts>({
      condition: keywords.condition(),
      continuation: keywords.continuation('continue'),
      shell: keywords.yesNo('shell', true),
      success: keywords.actions('action'),
      failure: keywords.optionalActions('action2'),
      script: keywords.text('script'),
      description: keywords.text('desc'),
    });
    return parts && new SingleWithScriptRule(place, parts);
  },
};

interface ScriptParts extends OnePatternParts {
  readonly shell: boolean;
  readonly script: ByteString;
  readonly success: readonly Action[];
  readonly failure: readonly Action[];
  readonly description: ByteString;
}

class SingleWithScriptRule extends OnePatternRule<ScriptParts> {
  protected override act(match: Match, runtime: Runtime): undefined {
    const { shell, script, success, failure } = this.parts;
    const description = bindText(this.parts.description, match, runtime);
    const { origin } = this;
    // A script is no action: it has no `%` variables.
    const bound = (text: ByteString) => bindText(text, match, runtime);
    const command: Command = shell
      ? { kind: 'line', text: bound(script) }
      : { kind: 'words', words: wordsOf(script).map(bound) };
    const number = runtime.children.add({
      command: command.kind === 'line' ? command.text : command.words.join(' '),
      outcomes: {
        description,
        origin,
        success: bindActions(success, match, runtime),
        failure: bindActions(failure, match, runtime),
      },
    });
    const input = runtime.contexts.names.map((name) => `${name}\n`).join('');
    runtime.host.startProcess({ command, number, input, output: 'inherited' });
  }
}
