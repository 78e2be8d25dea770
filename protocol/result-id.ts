/**
 * Names a result for ever: the stream it belongs to and its number there. A stream is what
 * one outbox of one agent sends; within it numbers begin at 1 and only grow, with gaps where
 * results went elsewhere. So "everything up to this number" says what has arrived.
 */
export interface ResultId {
  readonly stream: string;
  readonly seq: number;
}
