import type { LiveStatus } from '../live-status.ts';
import { renderLive } from './render-live.ts';

/** The part of a terminal's output stream that a screen needs; `process.stdout` is one. */
export interface ScreenStream {
  readonly columns?: number;
  readonly rows?: number;
  write(text: string): boolean;
  once(event: 'drain', listener: () => void): unknown;
}

const ESC = '\u001b[';
/** A second screen, so that what the user had there before comes back; no cursor; no line breaks of the terminal's own. */
const ENTER = `${ESC}?1049h${ESC}?25l${ESC}?7l${ESC}2J`;
const LEAVE = `${ESC}?7h${ESC}?25h${ESC}?1049l`;
/** Terminals that know these show what is between them at once; others ignore them. */
const BEGIN_UPDATE = `${ESC}?2026h`;
const END_UPDATE = `${ESC}?2026l`;
const HOME = `${ESC}H`;
const CLEAR_LINE = `${ESC}K`;
const CLEAR_BELOW = `${ESC}J`;

const CLEAR_SCREEN = `${ESC}2J`;

/** Where a terminal does not tell its size. */
const DEFAULT_SIZE = { columns: 80, rows: 24 };

/**
 * Shows a pipeline's status in place, one frame after the other. Each is written over the last one, line by line, and
 * never over a cleared screen, so nothing flickers.
 *
 * Call `stop` on every way out (end, error, signal): it gives the terminal back, with the last frame above the prompt.
 *
 * @example
 * const screen = new LiveScreen(process.stdout, colorWanted(process.env, process.stdout));
 * try {
 *   screen.show(status);
 * } finally {
 *   screen.stop();
 * }
 */
export class LiveScreen {
  readonly #stream: ScreenStream;
  readonly #color: boolean;
  #state: 'new' | 'shown' | 'stopped' = 'new';
  #lastStatus: LiveStatus | null = null;
  #lastFrame = '';
  #size = '';
  #blocked = false;

  constructor(stream: ScreenStream, color: boolean) {
    this.#stream = stream;
    this.#color = color;
  }

  /** Shows a status. One that comes while the terminal has not taken the last one yet is left out: there will be a next. */
  show(status: LiveStatus): void {
    this.#lastStatus = status;
    if (this.#state === 'stopped' || this.#blocked) return;
    const { columns, rows } = this.#dimensions();
    const frame = renderLive(status, { columns, rows, color: this.#color });
    const size = `${columns}x${rows}`;
    if (frame === this.#lastFrame && size === this.#size) return;
    const enter = this.#state === 'new' ? ENTER : '';
    // A terminal that was made smaller has broken the lines that are on it.
    const clear = this.#size === size || this.#size === '' ? '' : CLEAR_SCREEN;
    this.#state = 'shown';
    this.#lastFrame = frame;
    this.#size = size;
    // With a carriage return: the terminal may be in a mode in which a line feed alone does not return.
    const lines = frame.split('\n').map((line) => line + CLEAR_LINE);
    this.#write(enter + BEGIN_UPDATE + clear + HOME + lines.join('\r\n') + CLEAR_BELOW + END_UPDATE);
  }

  /** Gives the terminal back as it was and leaves the last status on it. Can be called again. */
  stop(): void {
    const wasShown = this.#state === 'shown';
    this.#state = 'stopped';
    if (!wasShown || this.#lastStatus === null) return;
    const { columns, rows } = this.#dimensions();
    // Two rows are left for what the command and the shell write next.
    const size = { columns, rows: Math.max(1, rows - 2) };
    const frame = renderLive(this.#lastStatus, { ...size, color: this.#color, footer: false });
    this.#stream.write(`${LEAVE}${frame.replaceAll('\n', '\r\n')}\r\n`);
  }

  #dimensions(): { columns: number; rows: number } {
    // A stream that has just become a terminal can say 0.
    return {
      columns: this.#stream.columns || DEFAULT_SIZE.columns,
      rows: this.#stream.rows || DEFAULT_SIZE.rows,
    };
  }

  #write(text: string): void {
    if (this.#stream.write(text)) return;
    this.#blocked = true;
    this.#stream.once('drain', () => {
      this.#blocked = false;
    });
  }
}
