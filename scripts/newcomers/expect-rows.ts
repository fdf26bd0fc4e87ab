import { isDeepStrictEqual } from 'node:util';
import { NewcomerError } from './errors.ts';
import { type Place, run } from './processes.ts';

/** Rows are there within a second or so. This is for machines that do ten other things. */
const DEADLINE_MS = 60_000;

/** A column of counts, in the windows that start in a range. */
export interface CountsOf {
  readonly view: string;
  readonly from: number;
  /** Not included. */
  readonly to: number;
  readonly group: string;
  readonly count: string;
}

/**
 * Asks `streamgauge query` until there are final rows, which must then be exactly these.
 *
 * @throws NewcomerError where they are others, or not there in time.
 */
export async function expectRows(of: CountsOf, expected: ReadonlyMap<string, number>, place: Place): Promise<string> {
  const startedMs = performance.now();
  for (;;) {
    const found = await counts(of, place);
    if (isDeepStrictEqual(found, expected)) return words(found);
    if (found.size > 0 || performance.now() - startedMs > DEADLINE_MS) {
      throw new NewcomerError(
        `The view '${of.view}' has ${words(found)} in its closed windows, and these events were sent: ${words(expected)}.`,
      );
    }
  }
}

async function counts({ view, from, to, group, count }: CountsOf, place: Place): Promise<ReadonlyMap<string, number>> {
  const range = ['--from', new Date(from).toISOString(), '--to', new Date(to).toISOString()];
  const { stdout } = await run(['npx', 'streamgauge', 'query', view, ...range, '--json'], place);
  const rows = stdout.split('\n').filter((line) => line !== '');
  return new Map(
    rows.map((line) => {
      const row = JSON.parse(line) as Readonly<Record<string, unknown>>;
      return [String(row[group]), Number(row[count])];
    }),
  );
}

function words(counts: ReadonlyMap<string, number>): string {
  const each = [...counts].map(([group, count]) => `${group} ${count}`);
  return each.length === 0 ? 'no rows' : each.join(', ');
}
