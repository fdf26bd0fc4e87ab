import { valueColumns } from '../../contracts/value-columns.ts';
import type { FinalizeResult } from '../../engine/finalize/finalizer.ts';
import type { ViewPlan } from '../../engine/plan/plan.ts';
import type { Clock } from '../../engine/ports/clock.ts';
import { happened, type Metrics } from '../shared/metrics.ts';

interface Listener {
  readonly metrics: Metrics;
  readonly tellsRows: boolean;
  readonly takeWriteUnits: () => number;
  readonly ports: { readonly clock: Clock };
}

/** Tells what a call of the finalizer came to. */
export function tellFinalized(view: ViewPlan, bucket: number, result: FinalizeResult, listener: Listener): void {
  const { finalToMs, rowsWritten, rowsRevised, finalRows, anomalies, droppedEvents, droppedMatches } = result;
  const { metrics, tellsRows, takeWriteUnits, ports } = listener;
  const latency = finalToMs === null ? {} : { RowLatencyMs: Math.max(0, ports.clock.nowMs() - finalToMs) };
  const counts = happened({
    RowsWritten: rowsWritten,
    RowsRevised: rowsRevised,
    JoinEventsDropped: droppedEvents,
    PartialMatchesDropped: droppedMatches,
    WriteUnits: takeWriteUnits(),
  });
  // Where rows become final none is a figure too: a graph of anomalies then goes down to it.
  const unusual = anomalies === null || finalToMs === null ? {} : { Anomalies: anomalies };
  metrics.ofView(view.name, { ...latency, ...counts, ...unusual }, { bucket });
  if (isStalled(result)) metrics.ofPipeline({ FinalizeStalls: 1 }, { view: view.name, bucket });
  if (!tellsRows) return;
  const columns = valueColumns(view.definition);
  for (const { window, values } of finalRows) {
    const numbers = columns.flatMap((name) =>
      typeof values[name] === 'number' ? [[name, values[name]] as const] : [],
    );
    metrics.ofRow(view.name, Object.fromEntries(numbers), window.endMs);
  }
}

/** Its time was up, and the next call will begin with the same again. */
export function isStalled({ outcome, movedOn }: FinalizeResult): boolean {
  return outcome === 'more' && !movedOn;
}
