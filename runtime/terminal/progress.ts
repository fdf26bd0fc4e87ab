import { bar } from './bar.ts';
import { formatCount } from './format.ts';
import { renderLine } from './text.ts';

export interface ProgressOptions {
  readonly stream: { write(text: string): unknown; readonly columns?: number };
  /** Without a terminal nothing is written at all. */
  readonly isTTY: boolean;
  readonly color: boolean;
  readonly label: string;
  /** What `done` will be at the end, where that is known from the start. */
  readonly total?: number | null;
}

export interface Progress {
  /** How far it is, and of how much where that has changed. Redraws only where a whole percent more is done. */
  readonly update: (done: number, total?: number) => void;
  /** Removes the bar, so that what is written next begins on a clean line. Can be called again. */
  readonly finish: () => void;
}

const HIDE_CURSOR = '\u001b[?25l';
const SHOW_CURSOR = '\u001b[?25h';
const CLEAR_LINE = '\r\u001b[K';
const DEFAULT_COLUMNS = 80;
/** Where the total is not known: redraws as often as a count of so many goes by. */
const STEP = 10_000;

/**
 * A bar for a run of known length, on stderr. Steps are counted, not timed: the same run always draws the same bars.
 *
 * @example
 * const progress = createProgress({ stream: process.stderr, isTTY: true, color: true, label: 'weblog', total: 10_000 });
 * progress.update(2500);
 * progress.finish();
 */
export function createProgress({ stream, isTTY, color, label, total: given = null }: ProgressOptions): Progress {
  if (!isTTY) return { update: () => {}, finish: () => {} };
  let drawn = -1;
  let finished = false;
  return {
    update(done, total = given ?? undefined) {
      const step = total === undefined ? Math.floor(done / STEP) : percentOf(done, total);
      if (finished || step === drawn) return;
      const begin = drawn === -1 ? HIDE_CURSOR : '';
      drawn = step;
      // The last column stays free: a character there would make some terminals begin a new line.
      const columns = (stream.columns ?? DEFAULT_COLUMNS) - 1;
      stream.write(`${begin}${CLEAR_LINE}${progressText(label, done, total, columns, color)}`);
    },
    finish() {
      if (finished) return;
      finished = true;
      if (drawn !== -1) stream.write(CLEAR_LINE + SHOW_CURSOR);
    },
  };
}

function percentOf(done: number, total: number): number {
  return total <= 0 ? 100 : Math.min(100, Math.floor((100 * done) / total));
}

function progressText(label: string, done: number, total: number | undefined, columns: number, color: boolean): string {
  if (total === undefined) return renderLine([{ text: `${label}  ${formatCount(done)}` }], columns, color);
  const percent = `${percentOf(done, total)} %`.padStart(6);
  const cells = Math.max(0, Math.min(50, columns - label.length - 2 - percent.length));
  const share = total <= 0 ? 1 : done / total;
  return renderLine([{ text: `${label}  ` }, ...bar(cells, share), { text: percent }], columns, color);
}
