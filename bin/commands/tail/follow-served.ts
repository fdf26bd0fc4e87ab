import type { Row } from '../../../api/schemas/common.ts';
import type { Overview } from '../../../api/schemas/overview.ts';
import type { ViewDescription } from '../../../api/schemas/pipeline.ts';
import { ApiError, ConnectionError } from '../../../client/index.ts';
import { MAX_PAGE_ROWS, MAX_ROWS_READ } from '../../../engine/query/bounds.ts';
import { RowDifference, tooManyToFollow } from '../../../engine/query/row-changes.ts';
import type { ShownRow } from '../../../engine/query/shown-row.ts';
import { checkAskedGroup, refusalsAsUsage, type ViewServer } from '../../cli/server.ts';
import { type AskedGroup, shownRow } from '../query/served-questions.ts';
import { shapeOfDescription, type TableShape } from '../query/table-shape.ts';
import { Newest } from './newest.ts';
import { reachOf } from './served-reach.ts';

export interface ServedTail {
  readonly server: ViewServer;
  readonly group: AskedGroup;
  readonly open: boolean;
  /** Between two readings of rows at least; also how often a server is asked that has no live connection. */
  readonly everyMs: number;
  /** Ends it, which is no failure. */
  readonly signal: AbortSignal;
  readonly wait: (ms: number, signal: AbortSignal) => Promise<void>;
  readonly show: (rows: readonly ShownRow[], shape: TableShape) => void;
  /** Told of the connection. */
  readonly say: (text: string) => void;
}

const MAX_PAUSE_MS = 30_000;

/**
 * Follows a view of a server: the live connection says when rows were written, and they are read then. Where it is lost, it goes
 * on after what it has had (`Last-Event-ID`); rows are compared with what was shown, so that each change is shown once,
 * whatever happened in between, also where the server began anew.
 */
export async function followServed(given: ServedTail): Promise<void> {
  // Before anything is followed: an address or a name that is wrong is told at once.
  const description = await given.server.describe();
  checkAskedGroup(description, given.group);
  const ended = new AbortController();
  const tail = { ...given, signal: AbortSignal.any([given.signal, ended.signal]) };
  const newest = new Newest<Overview>();
  const connection = new Connection(tail);
  const listening = listen(tail, connection, newest);
  try {
    await new Follower(tail, connection, description).follow(newest);
  } catch (error) {
    // What was cut off is no failure.
    if (!given.signal.aborted) throw error;
  } finally {
    ended.abort();
    await listening;
  }
}

/** Never rejects: who takes the overviews is told how it ended. */
async function listen(tail: ServedTail, connection: Connection, newest: Newest<Overview>): Promise<void> {
  const { server, signal, everyMs } = tail;
  const pause = (attempt: number) => connection.lost(attempt);
  try {
    for await (const overview of server.client.live({ signal, pause, askEveryMs: everyMs })) {
      connection.back();
      newest.set(overview);
    }
    newest.end();
  } catch (error) {
    newest.end(error);
  }
}

/** Says once that nobody answers, and once that somebody does again. */
class Connection {
  readonly #tail: ServedTail;
  #isLost = false;

  constructor(tail: ServedTail) {
    this.#tail = tail;
  }

  /** Waits before the n-th attempt in a row: 1 s, 2 s, 4 s and so on up to 30 s. */
  async lost(attempt: number): Promise<void> {
    const { server, signal, wait, say } = this.#tail;
    if (!this.#isLost && !signal.aborted) {
      say(
        `${server.url} does not answer. It is asked again, after 1 s and then less and less often, down to each 30 s.`,
      );
    }
    this.#isLost = true;
    await wait(Math.min(MAX_PAUSE_MS, 1000 * 2 ** Math.min(attempt - 1, 10)), signal);
  }

  back(): void {
    if (this.#isLost) this.#tail.say(`${this.#tail.server.url} answers again.`);
    this.#isLost = false;
  }
}

class Follower {
  readonly #tail: ServedTail;
  readonly #connection: Connection;
  readonly #difference: RowDifference;
  #description: ViewDescription;
  #shape: TableShape;
  #fromMs: number | null | undefined;

  constructor(tail: ServedTail, connection: Connection, description: ViewDescription) {
    this.#tail = tail;
    this.#connection = connection;
    this.#description = description;
    this.#shape = shapeOfDescription(description);
    this.#difference = new RowDifference(() => this.#shape.groupBy);
  }

  async follow(newest: Newest<Overview>): Promise<void> {
    const { signal, wait, show, everyMs } = this.#tail;
    let before: Overview | null = null;
    for (;;) {
      const overview = await newest.take();
      if (overview === null || signal.aborted) return;
      if (before !== null && this.#standingOf(before) === this.#standingOf(overview)) continue;
      const begun =
        before !== null && (before.generation !== overview.generation || before.started !== overview.started);
      before = overview;
      const rows = await this.#untilAnswered(async () => {
        if (begun) await this.#describeAgain();
        return this.#changed(overview);
      });
      if (rows !== null) show(rows, this.#shape);
      await wait(everyMs, signal);
    }
  }

  /** Differs where there may be something to show. */
  #standingOf({ views, streams, generation, started }: Overview): string {
    const version = views[this.#description.name]?.version ?? null;
    const delivered = this.#tail.open ? Object.values(streams).map(({ counters }) => counters.delivered) : [];
    return JSON.stringify([version, generation, started, delivered]);
  }

  /** A server that began anew may have another definition: then its columns are others, too. */
  async #describeAgain(): Promise<void> {
    this.#description = await this.#tail.server.describe();
    this.#shape = shapeOfDescription(this.#description);
  }

  async #changed(overview: Overview): Promise<readonly ShownRow[]> {
    // Read before the rows: what is revised after it is in reach of the next reading.
    const reachMs = reachOf(this.#description, overview.views[this.#description.name]?.closed_up_to ?? null);
    const rows = await this.#rowsFrom(this.#fromMs === undefined ? reachMs : this.#fromMs);
    this.#fromMs = reachMs;
    return this.#difference.since(rows);
  }

  async #rowsFrom(fromMs: number | null): Promise<readonly ShownRow[]> {
    const { server, group, open } = this.#tail;
    const view = server.client.view(this.#description.name as never);
    const from = fromMs === null ? {} : { from: new Date(fromMs) };
    const rows: ShownRow[] = [];
    let cursor: string | null = null;
    do {
      const page: { readonly rows: readonly unknown[]; readonly cursor: string | null } = await view.windows(
        { ...from, group, open, limit: MAX_PAGE_ROWS } as never,
        cursor,
      );
      for (const row of page.rows as readonly Row[]) rows.push(shownRow(row));
      cursor = page.cursor;
      if (rows.length > MAX_ROWS_READ) throw tooManyToFollow(this.#description.name);
    } while (cursor !== null);
    return rows;
  }

  /** Null where it was stopped before somebody answered. Refusals end it. */
  async #untilAnswered<T>(ask: () => Promise<T>): Promise<T | null> {
    const { signal } = this.#tail;
    for (let attempt = 1; !signal.aborted; attempt++) {
      try {
        const answer = await refusalsAsUsage(ask());
        this.#connection.back();
        return answer;
      } catch (error) {
        if (!isPassing(error)) throw error;
        await this.#connection.lost(attempt);
      }
    }
    return null;
  }
}

/** Nobody answered, or one who is busy or about to begin. */
function isPassing(error: unknown): boolean {
  if (!(error instanceof ApiError || error instanceof ConnectionError)) return false;
  return error.status === null || error.status >= 500 || error.status === 429;
}
