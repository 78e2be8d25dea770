import type { ByteString } from '../../protocol/byte-string.ts';
import { actionsText } from '../sec/actions/action-text.ts';
import type { Operation } from '../sec/operations/operation.ts';
import type { CountedEvent, OperationDetails } from '../sec/operations/operation-details.ts';
import { substrText } from '../sec/patterns/substr-pattern.ts';
import { goToLabel } from '../sec/rules/checked-keywords.ts';
import type { LoadedFile } from '../sec-program/rule-files.ts';

/** A line of an operation in a dump: a key for JSON, a label for the text. */
export interface DumpField {
  readonly key: string;
  readonly label: string;
  readonly value: ByteString | number;
}

/** An operation in a dump. */
export interface DumpedOperation {
  readonly key: ByteString;
  readonly startedAt: number;
  readonly windowStart: number;
  /** Undefined when its window never ends. */
  readonly windowEnd: number | undefined;
  readonly file: ByteString;
  readonly ruleId: number;
  readonly type: string;
  /** What its rule says, in SEC's order. */
  readonly fields: readonly DumpField[];
  readonly status: ByteString | undefined;
  readonly events: readonly CountedEvent[] | undefined;
  /** The events have tokens of their own. */
  readonly hasTokens: boolean;
}

/** The names of rule types as SEC writes them in dumps. */
const typeNames = [
  'SingleWithSuppress',
  'SingleWithThreshold',
  'SingleWith2Thresholds',
  'Pair',
  'PairWithWindow',
];

/** What a dump tells about an operation, with what the file says about its rule. */
export function dumpOperation(operation: Operation, file: LoadedFile | undefined): DumpedOperation {
  const details = operation.details();
  const { startedAt, window, status, events } = details;
  const source = new RuleSource(file, operation.ruleId, details);
  return {
    key: operation.key,
    startedAt,
    windowStart: operation.windowStart,
    windowEnd: window === 0 ? undefined : operation.windowStart + window,
    file: operation.file,
    ruleId: operation.ruleId,
    type: source.type,
    fields: source.fields(),
    status,
    events,
    hasTokens: source.hasTokens,
  };
}

/** A rule's keywords, with the values that they have in an operation. */
class RuleSource {
  readonly #file: LoadedFile | undefined;
  readonly #ruleId: number;
  readonly #details: OperationDetails;

  constructor(file: LoadedFile | undefined, ruleId: number, details: OperationDetails) {
    this.#file = file;
    this.#ruleId = ruleId;
    this.#details = details;
  }

  get type(): string {
    const given = this.#keyword('type');
    const group = /^eventgroup(\d*)$/i.exec(given);
    if (group !== null) return `EventGroup${group[1] || 1}`;
    return typeNames.find((name) => name.toLowerCase() === given.toLowerCase()) ?? given;
  }

  get hasTokens(): boolean {
    return this.#keyword('egptype') !== '';
  }

  fields(): DumpField[] {
    const { type } = this;
    const group = /^EventGroup(\d+)$/.exec(type)?.[1];
    if (group !== undefined) return this.#groupFields(Number(group));
    const first = [...this.#conditionFields(''), this.#text('desc', 'Description')];
    const action = this.#actions('action', 'Action');
    const window = this.#number('window', 'Window');
    const desc2 = this.#text('desc2', 'Description2');
    const action2 = this.#actions('action2', 'Action2');
    const threshold = this.#number('thresh', 'Threshold', 'threshold');
    switch (type) {
      case 'SingleWithThreshold':
        return [...first, action, action2, window, threshold];
      case 'SingleWith2Thresholds': {
        const window2 = this.#number('window2', 'Window2');
        const threshold2 = this.#number('thresh2', 'Threshold2', 'threshold2');
        return [...first, action, window, threshold, desc2, action2, window2, threshold2];
      }
      case 'Pair':
      case 'PairWithWindow':
        return [...first, action, ...this.#conditionFields('2'), desc2, action2, window];
      default:
        return [...first, action, window];
    }
  }

  #groupFields(count: number): DumpField[] {
    const suffixes = Array.from({ length: count }, (_, index) => (index === 0 ? '' : index + 1));
    const events = suffixes.flatMap((suffix, index) => [
      ...this.#conditionFields(String(suffix)),
      this.#actions(`count${suffix}`, `Count action${suffix}`),
      this.#number(`thresh${suffix}`, `Threshold${suffix}`, `threshold${suffix}`, 1),
      ...this.#token(suffix, index + 1),
    ]);
    const tokens = (this.#details.events ?? []).map(({ token = '' }) => token);
    const pattern = this.#pattern('egptype', 'egpattern');
    const group: DumpField[] = [
      { key: 'egpattern', label: 'Event group pattern', value: pattern },
      { key: 'egstring', label: 'Event group string', value: tokens.join(' ') },
    ];
    return [
      ...events,
      ...(this.hasTokens ? group : []),
      this.#actions('init', 'Init action'),
      this.#actions('slide', 'Slide action'),
      this.#actions('end', 'End action'),
      this.#text('desc', 'Description'),
      this.#actions('action', 'Action'),
      this.#number('window', 'Window'),
    ];
  }

  #token(suffix: string | number, number: number): DumpField[] {
    if (!this.hasTokens) return [];
    const key = `egtoken${suffix}`;
    const value = this.#keyword(key) || number;
    return [{ key, label: `Event group token${suffix}`, value }];
  }

  #conditionFields(suffix: string): DumpField[] {
    const pattern = this.#pattern(`ptype${suffix}`, `pattern${suffix}`);
    const context = this.#keyword(`context${suffix}`).replace(/^\[([\s\S]*)\]$/, '$1');
    const after = this.#continuation(this.#keyword(`continue${suffix}`));
    return [
      { key: `pattern${suffix}`, label: `Pattern${suffix}`, value: pattern },
      { key: `context${suffix}`, label: `Context${suffix}`, value: context },
      { key: `continue${suffix}`, label: `Behavior after match${suffix}`, value: after },
    ];
  }

  #pattern(typeName: string, patternName: string): ByteString {
    const given = this.#details.texts[patternName] ?? this.#keyword(patternName);
    const type = this.#keyword(typeName);
    const [, no = '', kind = '', lines = ''] = /^(n?)([a-z]+)(\d*)$/i.exec(type) ?? [];
    const negative = no === '' ? '' : 'negative ';
    const count = `for ${Number(lines || 1)} line(s)`;
    switch (kind.toLowerCase()) {
      case 'regexp':
        return `${negative}regexp ${count}: (?^:${given})`;
      case 'substr':
        return `${negative}substring ${count}: ${substrText(given)}`;
      case 'perlfunc':
        return `${negative}perlfunc ${count}: ${given}`;
      case 'cached':
        return `${negative}cached match: ${given}`;
      default:
        return `truth value: ${given.toUpperCase()}`;
    }
  }

  #continuation(value: ByteString): ByteString {
    const label = goToLabel(value);
    if (label !== undefined) {
      const target = this.#file?.checked.labels.get(label) ?? -1;
      return target > this.#ruleId ? `goto rule ${target + 1}` : "don't continue";
    }
    switch (value.toLowerCase()) {
      case 'takenext':
        return 'take next';
      case 'endmatch':
        return 'end matching';
      default:
        return "don't continue";
    }
  }

  #text(key: string, label: string): DumpField {
    return { key, label, value: this.#details.texts[key] ?? this.#keyword(key) };
  }

  #actions(key: string, label: string): DumpField {
    const bound = this.#details.actions[key];
    if (bound !== undefined) return { key, label, value: actionsText(bound) };
    // Not bound to the events of an operation: as it stands in the file.
    const given = this.#keyword(key);
    return { key, label, value: given === '' ? '' : `${given}; ` };
  }

  #number(keyword: string, label: string, key = keyword, otherwise = 0): DumpField {
    return { key, label, value: Number(this.#keyword(keyword) || otherwise) };
  }

  #keyword(name: string): ByteString {
    return this.#file?.rules[this.#ruleId]?.source.keywords.get(name)?.value ?? '';
  }
}
