import { EventStreamParser, type StreamMessage } from '../../../client/event-stream.ts';

/** How the page hears of the pipeline. */
export type ConnectionState =
  | { readonly kind: 'connecting' }
  | { readonly kind: 'live' }
  /** No message for longer than one comes: it may only be slow. */
  | { readonly kind: 'silent'; readonly sinceMs: number }
  | { readonly kind: 'lost'; readonly sinceMs: number; readonly retryAtMs: number; readonly tries: number }
  /** The tab is hidden, or the reader has closed it. */
  | { readonly kind: 'closed' };

/** What the connection needs of the browser. */
export interface ConnectionPorts {
  /** The text of the live events after the one with the id, in pieces; ends when the server does. */
  open(lastId: string | null, signal: AbortSignal): AsyncIterable<string>;
  nowMs(): number;
  /** How often a message comes. */
  everyMs(): number;
  /** From 0 to 1. */
  random(): number;
  after(ms: number, action: () => void): () => void;
}

/** Messages that do not come. */
const SILENT_AFTER = 3;
const LOST_AFTER = 5;
const RETRIES_MS = [1_000, 2_000, 4_000, 8_000, 15_000];

/**
 * Keeps one connection for live events: opens it again when it breaks or falls silent, after the event that came last, and
 * tells its state. A message comes each second or as often as `everyMs` says, so that silence says something.
 */
export class LiveConnection {
  readonly #ports: ConnectionPorts;
  readonly #onMessage: (message: StreamMessage) => void;
  readonly #onState: (state: ConnectionState) => void;
  #lastId: string | null = null;
  #lastMessageMs: number | null = null;
  #tries = 0;
  #abort: AbortController | null = null;
  #timers: (() => void)[] = [];

  constructor(
    ports: ConnectionPorts,
    onMessage: (message: StreamMessage) => void,
    onState: (state: ConnectionState) => void,
  ) {
    this.#ports = ports;
    this.#onMessage = onMessage;
    this.#onState = onState;
  }

  /** Connects now, whatever went before: at first, when the network is back, when the tab is seen, on "Try now". */
  connect(): void {
    this.#stop();
    this.#abort = new AbortController();
    if (this.#lastMessageMs === null) this.#onState({ kind: 'connecting' });
    this.#watch();
    void this.#read(this.#abort);
  }

  close(): void {
    this.#stop();
    this.#onState({ kind: 'closed' });
  }

  async #read(abort: AbortController): Promise<void> {
    const parser = new EventStreamParser();
    try {
      for await (const text of this.#ports.open(this.#lastId, abort.signal)) {
        if (abort !== this.#abort) return;
        this.#heard();
        for (const message of parser.push(text)) {
          this.#lastId = message.id ?? this.#lastId;
          this.#onMessage(message);
        }
      }
    } catch {
      // Why it broke makes no difference: it is tried again, and the page says that it is.
    }
    if (abort === this.#abort) this.#lose();
  }

  #heard(): void {
    this.#lastMessageMs = this.#ports.nowMs();
    this.#tries = 0;
    this.#onState({ kind: 'live' });
    this.#watch();
  }

  /** Looks for silence from now on. */
  #watch(): void {
    this.#clearTimers();
    this.#timers = [
      this.#ports.after(SILENT_AFTER * this.#ports.everyMs(), () => {
        if (this.#lastMessageMs !== null) this.#onState({ kind: 'silent', sinceMs: this.#lastMessageMs });
      }),
      this.#ports.after(LOST_AFTER * this.#ports.everyMs(), () => this.#lose()),
    ];
  }

  #lose(): void {
    this.#stop();
    const base = RETRIES_MS[Math.min(this.#tries, RETRIES_MS.length - 1)] as number;
    this.#tries++;
    // A server that comes back is not asked by all its pages in one instant.
    const delayMs = base * (0.75 + 0.5 * this.#ports.random());
    const nowMs = this.#ports.nowMs();
    this.#onState({
      kind: 'lost',
      sinceMs: this.#lastMessageMs ?? nowMs,
      retryAtMs: nowMs + delayMs,
      tries: this.#tries,
    });
    this.#timers = [this.#ports.after(delayMs, () => this.connect())];
  }

  #stop(): void {
    this.#clearTimers();
    this.#abort?.abort();
    this.#abort = null;
  }

  #clearTimers(): void {
    for (const clear of this.#timers) clear();
    this.#timers = [];
  }
}
