import { anomalyColumns } from '../../ir/anomaly-columns.ts';
import type { ViewPlan } from '../../plan/plan.ts';
import type { Row } from '../drafts.ts';
import type { Emission, Output } from './output.ts';

/** The last final rows of a view without groups that a call tells of: more is for readers of the results. */
const MAX_FINAL_ROWS = 60;

/** Notes what became final, for whoever called the finalizer to tell of. */
export class MetricsOutput implements Output {
  /** End of the latest window that became final for the first time; null where none did. */
  finalToMs: number | null = null;
  /** Of a view without groups: its rows that became final for the first time, the last of them. */
  finalRows: readonly Row[] = [];
  /** Rows that became final for the first time and that a detector takes for unusual; null where the view has none. */
  anomalies: number | null;
  readonly #view: ViewPlan;
  readonly #anomalyColumns: readonly (readonly string[])[];

  constructor(view: ViewPlan) {
    this.#view = view;
    this.#anomalyColumns = anomalyColumns(view.definition);
    this.anomalies = this.#anomalyColumns.length === 0 ? null : 0;
  }

  async emit({ rows, isNew }: Emission): Promise<void> {
    if (!isNew) return;
    for (const { window } of rows) this.noteFinal(window.endMs);
    if (this.anomalies !== null) this.anomalies += rows.filter((row) => this.#isAnomaly(row)).length;
    if (this.#view.definition.groupBy.length > 0) return;
    this.finalRows = [...this.finalRows, ...rows].slice(-MAX_FINAL_ROWS);
  }

  /** Notes that a window became final that ends here. */
  noteFinal(endMs: number): void {
    this.finalToMs = Math.max(this.finalToMs ?? endMs, endMs);
  }

  #isAnomaly({ values }: Row): boolean {
    return this.#anomalyColumns.some(([name = '', field]) => {
      const value = values[name];
      return (field === undefined ? value : (value as Readonly<Record<string, unknown>> | null)?.[field]) === true;
    });
  }
}
