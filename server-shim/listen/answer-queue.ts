/** Where answers go. */
export interface AnswerSink {
  /** Some answers, one behind the other. */
  write(answers: string): void;
  /** The same with the last that there is. */
  end(answers: string): void;
}

/** An answer that is promised, and later given. */
interface Answer {
  text: string | undefined;
  isLast: boolean;
}

/**
 * Brings answers out in the order of their requests, though some are known later than those
 * behind them. Those that are known together go in one piece: each piece is a record of TLS.
 */
export class AnswerQueue {
  readonly #sink: AnswerSink;
  #promised: Answer[] = [];
  #ready = '';
  #isFlushing = false;
  #isOver = false;

  constructor(sink: AnswerSink) {
    this.#sink = sink;
  }

  /** How many answers are promised and not given. */
  get promised(): number {
    return this.#promised.length;
  }

  /** An answer that is known. It goes out with `flush`, or behind those that are promised before it. */
  add(text: string): void {
    if (this.#promised.length === 0) this.#ready += text;
    else this.#promised.push({ text, isLast: false });
  }

  /** The last answer; what is added behind it is dropped. */
  end(text: string): void {
    this.#promised.push({ text, isLast: true });
    this.#collect();
    this.flush();
  }

  /** Keeps the place of an answer. It goes out soon after it was given; `isLast`: no other follows. */
  promise(): (text: string, isLast?: boolean) => void {
    const answer: Answer = { text: undefined, isLast: false };
    this.#promised.push(answer);
    return (text, isLast = false) => {
      answer.text = text;
      answer.isLast = isLast;
      this.#flushSoon();
    };
  }

  /** Sends what is ready. */
  flush(): void {
    if (this.#isOver || this.#ready === '') return;
    const answers = this.#ready;
    this.#ready = '';
    this.#sink.write(answers);
  }

  /** Many are often given in one go, when a sync of the disk is done. */
  #flushSoon(): void {
    if (this.#isFlushing) return;
    this.#isFlushing = true;
    queueMicrotask(() => {
      this.#isFlushing = false;
      this.#collect();
      this.flush();
    });
  }

  #collect(): void {
    let known = 0;
    for (const { text, isLast } of this.#promised) {
      if (text === undefined) break;
      known++;
      this.#ready += text;
      if (!isLast) continue;
      this.#promised = [];
      if (!this.#isOver) this.#sink.end(this.#ready);
      this.#isOver = true;
      return;
    }
    if (known > 0) this.#promised.splice(0, known);
  }
}
