import type { ByteString } from '../../../protocol/byte-string.ts';
import type { LineWindow } from './line-window.ts';

/** The name of the source of synthetic events in `$+{_inputsrc}`. */
const syntheticSource: ByteString = 'synthetic';

/** The line that rules are looking at. */
export interface CurrentLine {
  /** The window whose last line it is. */
  readonly window: LineWindow;
  /** Its source; undefined for a synthetic event. */
  readonly source: ByteString | undefined;
  /** True when one window serves all sources. */
  readonly joint: boolean;
  /** The internal context that exists while it is handled; without --intcontexts only internal events have one. */
  readonly internalContext: ByteString | undefined;
}

/** `$+{_inputsrc}` of a pattern over `count` lines. */
export function inputSource(line: CurrentLine, count: number): ByteString {
  if (line.joint) return line.window.sources(count).join(' ');
  return line.source ?? syntheticSource;
}
