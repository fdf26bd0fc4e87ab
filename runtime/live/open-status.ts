import type { ViewPlan } from '../../engine/plan/plan.ts';
import type { Clock } from '../../engine/ports/clock.ts';
import { type OpenWindowPorts, readOpenWindows } from '../../engine/query/open-windows.ts';
import type { WindowStatus } from '../live-status.ts';
import { ShareOfTime } from './share-of-time.ts';
import { windowStatus } from './window-status.ts';

const OPEN_WINDOWS = 3;

/** Of the time of the process, for each view: events come first. */
const SHARE = 0.02;
/** Once a window that is shown has closed: what is open now is worth more than its newest numbers. */
const SHARE_AFTER_CLOSING = 0.1;

/**
 * The open windows of a view for the status. They are read from all segments of their panes, which takes long where there are
 * many; then what was read last is shown for a while, but no window that has closed since: it is told with those that are stored. `/views/{view}/open` always reads.
 */
export class OpenStatus {
  readonly #view: ViewPlan;
  readonly #ports: OpenWindowPorts;
  readonly #pace: ShareOfTime;
  #windows: readonly WindowStatus[] = [];

  /** @param monotonic a clock that nobody sets. */
  constructor(view: ViewPlan, ports: OpenWindowPorts, monotonic: Clock) {
    this.#view = view;
    this.#ports = ports;
    this.#pace = new ShareOfTime(monotonic, SHARE);
  }

  /** @param closedUpToMs windows that end up to there are not open any more; null where none has closed. */
  async read(closedUpToMs: number | null): Promise<readonly WindowStatus[]> {
    const isOpen = ({ endMs }: WindowStatus) => closedUpToMs === null || endMs > closedUpToMs;
    await this.#pace.tryTo(
      async () => {
        const windows = await readOpenWindows(this.#view, this.#ports, OPEN_WINDOWS);
        this.#windows = windows.map((window) =>
          windowStatus(
            this.#view,
            window,
            window.rows.map(({ columns }) => columns),
          ),
        );
      },
      this.#windows.every(isOpen) ? SHARE : SHARE_AFTER_CLOSING,
    );
    return this.#windows.filter(isOpen);
  }
}
