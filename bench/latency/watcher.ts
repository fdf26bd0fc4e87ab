/** A second of event time, and when its row was first read as final. */
export interface ClosedSecond {
  readonly startMs: number;
  readonly closedMs: number;
}

/** So many events were readable at this instant, in closed and open rows together. */
export interface Reading {
  readonly atMs: number;
  readonly events: number;
}

export interface Watched {
  readonly readings: readonly Reading[];
  readonly closed: readonly ClosedSecond[];
}

interface SecondRow {
  readonly window_start: string;
  readonly events: number;
  readonly is_final: boolean;
}

const POLL_MS = 50;

/** Reads the rows over and over until so many events are there and `isSent` says that no more come. */
export async function watch(url: string, isSent: () => boolean, expected: number): Promise<Watched> {
  const readings: Reading[] = [];
  const closedAt = new Map<string, number>();
  for (;;) {
    // All of them: late events revise rows that were read before.
    const rows = await rowsOf(`${url}/api/views/seconds/windows?limit=1000&open=true`);
    const atMs = Date.now();
    for (const { window_start, is_final } of rows) {
      if (is_final && !closedAt.has(window_start)) closedAt.set(window_start, atMs);
    }
    const events = rows.reduce((sum, row) => sum + row.events, 0);
    readings.push({ atMs: Date.now(), events });
    if (isSent() && events >= expected) {
      return { readings, closed: [...closedAt].map(([start, closedMs]) => ({ startMs: Date.parse(start), closedMs })) };
    }
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}

async function rowsOf(url: string): Promise<readonly SecondRow[]> {
  const answer = (await (await fetch(url)).json()) as { readonly rows: readonly SecondRow[] };
  return answer.rows;
}
