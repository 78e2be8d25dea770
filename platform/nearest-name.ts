/** Names further away than this many edits are not worth suggesting. */
const maxEdits = 3;

/** The known name nearest to a mistyped one, or undefined when none is near. */
export function nearestName(mistyped: string, known: Iterable<string>): string | undefined {
  let best: string | undefined;
  let bestEdits = Math.min(maxEdits, Math.ceil(mistyped.length / 2)) + 1;
  for (const name of known) {
    const edits = editDistance(mistyped.toLowerCase(), name.toLowerCase());
    if (edits < bestEdits) {
      best = name;
      bestEdits = edits;
    }
  }
  return best;
}

/** `; did you mean 'NAME'?` or nothing: the ending of a message about an unknown name. */
export function suggestion(mistyped: string, known: Iterable<string>): string {
  const nearest = nearestName(mistyped, known);
  return nearest === undefined ? '' : `; did you mean '${nearest}'?`;
}

/** Levenshtein's distance: how many letters to insert, delete or replace. */
function editDistance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row++) {
    const current = [row];
    for (let column = 1; column <= b.length; column++) {
      const replaced = (previous[column - 1] ?? 0) + (a[row - 1] === b[column - 1] ? 0 : 1);
      const deleted = (previous[column] ?? 0) + 1;
      const inserted = (current[column - 1] ?? 0) + 1;
      current.push(Math.min(replaced, deleted, inserted));
    }
    previous = current;
  }
  return previous[b.length] ?? 0;
}
