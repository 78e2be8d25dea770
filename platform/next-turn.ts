/** Resolves when everything that is ready in this turn of the event loop had its turn. */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
