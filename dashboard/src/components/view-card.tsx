import { useState } from 'preact/hooks';
import type { Column, ViewDescription } from '../../../api/schemas/pipeline.ts';
import { companionsOf, drawnColumns } from '../charts/kind.ts';
import { LineChart } from '../charts/line-chart.tsx';
import { TopTable } from '../charts/top-table.tsx';
import { Card } from './card.tsx';

/** A view on the overview: the chart that its columns ask for. */
export function ViewCard({ view, place }: { readonly view: ViewDescription; readonly place: string }) {
  const columns = drawnColumns(view);
  const [chosen, choose] = useState(columns[0]?.name ?? '');
  const column = columns.find(({ name }) => name === chosen) ?? columns[0];
  if (column === undefined) {
    return (
      <Card view={view} place={place} what={view.words}>
        <p class="empty">This view has no column with a number to draw. Its rows are a click away.</p>
      </Card>
    );
  }
  if (view.group_by.length > 0) return <TopTable view={view} place={place} column={column} />;
  const companions = companionsOf(view, column);
  return (
    <LineChart
      view={view}
      place={place}
      column={column}
      detector={companions.detector?.name ?? null}
      forecast={companions.forecast?.name ?? null}
      end={columns.length > 1 && <Switch columns={columns} chosen={column.name} choose={choose} />}
    />
  );
}

interface SwitchProps {
  readonly columns: readonly Column[];
  readonly chosen: string;
  readonly choose: (name: string) => void;
}

const MOST_SEGMENTS = 4;

export function Switch({ columns, chosen, choose }: SwitchProps) {
  if (columns.length > MOST_SEGMENTS) {
    return (
      <select class="button" aria-label="Column" value={chosen} onChange={(event) => choose(event.currentTarget.value)}>
        {columns.map(({ name }) => (
          <option key={name}>{name}</option>
        ))}
      </select>
    );
  }
  return (
    <fieldset class="segments" aria-label="Column">
      {columns.map(({ name }) => (
        <button key={name} type="button" aria-pressed={name === chosen} onClick={() => choose(name)}>
          {name}
        </button>
      ))}
    </fieldset>
  );
}
