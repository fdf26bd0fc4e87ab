/** One step into a JSON value: a name, or a place in a list. */
export type JsonStep = string | number;

const MAX_STEPS = 32;

/**
 * The steps of a path such as `user.tags[0]["a.b"]`. Names stand with dots between them, places of lists in brackets, counted
 * from 0, and any other name in brackets and double quotes. Null where it is none.
 */
export function parseJsonPath(path: unknown): readonly JsonStep[] | null {
  if (typeof path !== 'string') return null;
  const steps: JsonStep[] = [];
  const step = /(?:^|\.)([A-Za-z_$][\w$-]*)|\[(\d{1,6})\]|\["([^"\\]+)"\]/y;
  while (step.lastIndex < path.length) {
    const [found, name, place, quoted] = step.exec(path) ?? [];
    if (found === undefined) return null;
    steps.push(place === undefined ? ((name ?? quoted) as string) : Number(place));
  }
  return steps.length > 0 && steps.length <= MAX_STEPS ? steps : null;
}

/** What lies at the end of the steps; undefined where there is nothing. */
export function valueAt(root: unknown, steps: readonly JsonStep[]): unknown {
  let value = root;
  for (const step of steps) {
    if (typeof value !== 'object' || value === null) return undefined;
    if (Array.isArray(value) !== (typeof step === 'number') || !Object.hasOwn(value, step)) return undefined;
    value = (value as Record<JsonStep, unknown>)[step];
  }
  return value;
}

/** The path in SQL's words, with each name in quotes. */
export function sqlPath(steps: readonly JsonStep[], dialect: 'DuckDB' | 'Athena'): string {
  const words = steps.map((step) => {
    if (typeof step === 'number') return `[${step}]`;
    return dialect === 'DuckDB' ? `."${step}"` : `["${step}"]`;
  });
  return `$${words.join('')}`;
}
