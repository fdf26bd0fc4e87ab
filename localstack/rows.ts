import type { StreamDefinition } from '../engine/ir/stream-definition.ts';
import type { ViewPlan } from '../engine/plan/plan.ts';
import { duckdb } from '../engine/sql/duckdb.ts';
import { eventSource, viewStatement } from '../engine/sql/view-statement.ts';
import { finalRows } from '../runtime/final-rows.ts';
import { differences } from '../test/oracle/compare.ts';
import { type OracleRow, openDuckdb } from '../test/oracle/duckdb.ts';
import type { DeployedPipeline } from './cloud.ts';
import { LocalCloudError } from './errors.ts';

/** What DuckDB makes of a view over files of events. */
export async function expectedRows(view: ViewPlan, files: readonly string[]): Promise<OracleRow[]> {
  const database = await openDuckdb();
  try {
    const source = (stream: StreamDefinition) => eventSource(stream, files);
    return await database.rows(viewStatement(view.definition, { dialect: duckdb, source, exactDistinct: true }));
  } finally {
    await database.close();
  }
}

export async function storedRows(view: ViewPlan, { results }: DeployedPipeline): Promise<OracleRow[]> {
  const rows: OracleRow[] = [];
  for await (const row of finalRows(view, results)) rows.push(row as OracleRow);
  return rows;
}

export interface WaitOptions {
  /** To wait without a further row: a slow endpoint may take as long as it needs, and one that is stuck may not. */
  readonly timeoutMs: number;
  readonly onLook: (rows: number) => void;
}

const LOOK_EVERY_MS = 3000;

/**
 * Waits until a view has as many rows as are expected, and compares all of them. Windows close with the watermark, which
 * goes on by the minute where nothing comes any more.
 *
 * @throws LocalCloudError where rows differ or are missing, and none came for the time that there is.
 */
export async function waitForRows(
  view: ViewPlan,
  expected: readonly OracleRow[],
  deployed: DeployedPipeline,
  { timeoutMs, onLook }: WaitOptions,
): Promise<void> {
  let deadline = Date.now() + timeoutMs;
  let most = 0;
  for (;;) {
    const rows = await storedRows(view, deployed);
    onLook(rows.length);
    if (rows.length > most) {
      most = rows.length;
      deadline = Date.now() + timeoutMs;
    }
    const found = differences(view.definition, rows, expected);
    if (found.length === 0) return;
    if (Date.now() > deadline) {
      throw new LocalCloudError(`View '${view.name}' differs from what DuckDB computes:\n  ${found.join('\n  ')}`);
    }
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
  }
}
