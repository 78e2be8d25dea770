import { NagtailError } from './errors.ts';

/**
 * Runs work that may be ended: by its time limit, or by the caller's signal. The
 * work gets one signal for both, whose reason is the PEER_TIMEOUT error that tells
 * which; it must fail with that reason when the signal fires.
 */
export async function withinTime<T>(
  timeoutMs: number,
  signal: AbortSignal,
  work: (limit: AbortSignal) => Promise<T>,
): Promise<T> {
  const limit = new AbortController();
  const message = `no answer within ${Math.round(timeoutMs / 100) / 10} s (timeout)`;
  const timer = setTimeout(
    () => limit.abort(new NagtailError('PEER_TIMEOUT', message)),
    Math.max(0, timeoutMs),
  );
  const stop = () => limit.abort(reasonOf(signal));
  signal.addEventListener('abort', stop, { once: true });
  if (signal.aborted) stop();
  try {
    return await work(limit.signal);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', stop);
  }
}

/** Settles like `work`, but fails at once when the signal fires; what `work` still brings is let go. */
export function orAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const abort = () => reject(reasonOf(signal));
    if (signal.aborted) abort();
    signal.addEventListener('abort', abort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}

/** Why a signal fired, as an error with a code; an outer time limit has told it already. */
export function reasonOf(signal: AbortSignal): NagtailError {
  const reason: unknown = signal.reason;
  if (reason instanceof NagtailError) return reason;
  return new NagtailError('PEER_TIMEOUT', 'stopped before it answered', { cause: reason });
}
