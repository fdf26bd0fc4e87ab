import { DefinitionError } from '../ir/errors.ts';

/** The error of a name that is not there. `path` leads to the object that has the names. */
export function unknownName(
  where: string,
  name: string,
  names: readonly string[],
  path: readonly string[] = [],
): DefinitionError {
  const [nearest] = names
    .map((candidate) => ({ candidate, edits: distance(candidate, name) }))
    .sort((a, b) => a.edits - b.edits);
  const near = nearest && nearest.edits <= Math.max(1, Math.floor(name.length / 3)) ? nearest.candidate : undefined;
  const full = [...path, name].join('.');
  return new DefinitionError(
    `${where} has no field '${full}'.${near ? ` Did you mean '${[...path, near].join('.')}'?` : ''} Its fields are ${names.join(', ')}.`,
  );
}

/** Edit distance, for the "Did you mean" of short names. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const substitute = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, substitute));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
