import type { ByteString } from '../../../protocol/byte-string.ts';
import type { Action } from '../actions/action.ts';
import { wordsOf } from '../blanks.ts';
import type { Command } from '../engine/host.ts';
import type { Continuation } from '../engine/rule.ts';
import type { Runtime } from '../engine/runtime.ts';
import { bindActions, bindText } from './bound.ts';
import type { EventCondition } from './event-condition.ts';
import { EventRule } from './event-rule.ts';
import { allParts, type RulePlace, type RuleType } from './rule-type.ts';

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

interface ScriptParts {
  readonly condition: EventCondition;
  readonly continuation: Continuation;
  readonly shell: boolean;
  readonly script: ByteString;
  readonly success: readonly Action[];
  readonly failure: readonly Action[];
  readonly description: ByteString;
}

class SingleWithScriptRule extends EventRule {
  readonly #parts: ScriptParts;

  constructor(place: RulePlace, parts: ScriptParts) {
    super(place, parts.condition.pattern.lines, [parts.condition.sought]);
    this.#parts = parts;
  }

  override process(runtime: Runtime): Continuation | undefined {
    const { condition, continuation, shell, script, success, failure } = this.#parts;
    const match = condition.match(runtime);
    if (match === undefined) return undefined;
    const description = bindText(this.#parts.description, match, runtime);
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
    return continuation;
  }
}
