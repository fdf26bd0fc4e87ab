import type { Pane, ViewSnapshot } from './snapshot.ts';

/** Panes that lie one after the other, and what they hold. */
export interface Span {
  readonly fromMs: number;
  readonly toMs: number;
  readonly panes: ReadonlyMap<number, Pane>;
}

/** A span gets shorter where one holds more than this, so that memory does not grow with a backlog. */
const MAX_SPAN_BYTES = 1_000_000;
const FIRST_PANES = 2;
const MAX_PANES = 4096;

/** Reads panes in the order of time, as many at once as fit into a bound of memory. */
export class SpanReader {
  readonly #snapshot: ViewSnapshot;
  readonly #paneMs: number;
  readonly #edgesMs: readonly number[];
  #count = FIRST_PANES;

  /** No span goes over one of the edges. */
  constructor(snapshot: ViewSnapshot, paneMs: number, edgesMs: readonly number[]) {
    this.#snapshot = snapshot;
    this.#paneMs = paneMs;
    this.#edgesMs = edgesMs;
  }

  /** The span from an instant on, up to `toMs` at most. What lies before the first pane that holds anything is passed over. */
  async next(fromMs: number, toMs: number): Promise<Span> {
    const limitMs = this.#edgesMs.reduce((limit, edge) => (edge > fromMs && edge < limit ? edge : limit), toMs);
    const firstMs = await this.#snapshot.nextPane(fromMs, limitMs);
    if (firstMs === null) return { fromMs, toMs: limitMs, panes: new Map() };
    return this.read(fromMs, Math.min(limitMs, firstMs + this.#count * this.#paneMs));
  }

  async read(fromMs: number, toMs: number): Promise<Span> {
    const panes = await this.#snapshot.readPanes(fromMs, toMs);
    let bytes = 0;
    for (const pane of panes.values()) bytes += pane.bytes;
    if (bytes > MAX_SPAN_BYTES) this.#count = Math.max(1, Math.floor(this.#count / 4));
    else if (bytes < MAX_SPAN_BYTES / 4) this.#count = Math.min(MAX_PANES, this.#count * 2);
    return { fromMs, toMs, panes };
  }
}
