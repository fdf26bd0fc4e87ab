import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';

/** What a chart shows, as text: for who cannot or would rather not look at it. */
export interface TableData {
  readonly head: readonly string[];
  /** The newest first. */
  readonly rows: readonly (readonly string[])[];
}

interface ChartBoxProps {
  readonly height: number;
  /** Made only when it is to be seen. */
  readonly table: () => TableData;
  readonly children: ComponentChildren;
  /** What must be said of the chart: how many points of how many, that its axis does not begin at zero. */
  readonly note?: string | null;
}

/** A chart, or the same as a table: in a box of one height, so that nothing on the page moves. */
export function ChartBox({ height, table, children, note = null }: ChartBoxProps) {
  const [isTable, setTable] = useState(false);
  return (
    <div class="chart-box">
      <div style={{ height: `${height}px` }}>{isTable ? <DataTable data={table()} /> : children}</div>
      <div class="chart-foot">
        {note !== null && <span>{note}</span>}
        <button type="button" class="link" aria-pressed={isTable} onClick={() => setTable(!isTable)}>
          {isTable ? 'Show as chart' : 'Show as table'}
        </button>
      </div>
    </div>
  );
}

function DataTable({ data: { head, rows } }: { readonly data: TableData }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls must be reachable by keyboard
    <section class="table-scroll full" tabIndex={0} aria-label="The chart as a table">
      <table>
        <thead>
          <tr>
            {head.map((name, i) => (
              <th key={name} scope="col" class={i === 0 ? '' : 'number'}>
                <bdi>{name}</bdi>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((cells) => (
            <tr key={cells[0]}>
              {cells.map((cell, i) => (
                <td key={head[i]} class={i === 0 ? '' : 'number'}>
                  <bdi>{cell}</bdi>
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
