import type { ViewPlan } from '../../engine/plan/plan.ts';
import type { Clock } from '../../engine/ports/clock.ts';
import { type OpenWindowPorts, readOpenWindows } from '../../engine/query/open-windows.ts';
import type { WindowStatus } from '../live-status.ts';
import { ShareOfTime } from './share-of-time.ts';
import { windowStatus } from './window-status.ts';

const OPEN_WINDOWS = 3;

/** Of the time of the process, for each view: events come first. */
const SHARE = 0.02;

/**
 * The open windows of a view for the status. They are read from all segments of their panes, which takes long where there are
 * many; then what was read last is shown for a while. `/views/{view}/open` always reads.
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

  async read(): Promise<readonly WindowStatus[]> {
    await this.#pace.tryTo(async () => {
      const windows = await readOpenWindows(this.#view, this.#ports, OPEN_WINDOWS);
      this.#windows = windows.map((window) =>
        windowStatus(
          this.#view,
          window,
          window.rows.map(({ columns }) => columns),
        ),
      );
    });
    return this.#windows;
  }
}
