import type { SideOutput } from '../../../../api/schemas/side-outputs.ts';
import { formatBytes } from '../../format/numbers.ts';
import { formatClock, formatDate } from '../../format/times.ts';
import { serverNowMs, zone } from '../../live/store.ts';
import { pathOf } from '../path.ts';

interface EventTableProps {
  readonly items: readonly SideOutput[];
  readonly item: SideOutput | undefined;
  readonly chosen: ReadonlySet<string>;
  readonly choose: (ids: ReadonlySet<string>) => void;
  readonly query: Readonly<Record<string, string>>;
}

export function EventTable({ items, item, chosen, choose, query }: EventTableProps) {
  const isAll = items.every(({ id }) => chosen.has(id));
  return (
    <div class="table-scroll">
      <table class="events">
        <thead>
          <tr>
            <th scope="col" class="tick">
              <input
                type="checkbox"
                aria-label="Choose all that are shown"
                checked={isAll}
                onChange={() => choose(isAll ? new Set() : new Set(items.map(({ id }) => id)))}
              />
            </th>
            <th scope="col" class="time">
              arrived, {zone.value === 'UTC' ? 'UTC' : 'local time'}
            </th>
            <th scope="col" class="reason">
              reason
            </th>
            <th scope="col">what is wrong</th>
            <th scope="col" class="position">
              position
            </th>
            <th scope="col" class="number size">
              size
            </th>
          </tr>
        </thead>
        <tbody>
          {items.map((each) => (
            <Line key={each.id} item={each} isShown={each === item} chosen={chosen} choose={choose} query={query} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

interface LineProps extends Omit<EventTableProps, 'items' | 'item'> {
  readonly item: SideOutput;
  readonly isShown: boolean;
}

function Line({ item, isShown, chosen, choose, query }: LineProps) {
  const isChosen = chosen.has(item.id);
  const toggle = () => {
    const next = new Set(chosen);
    if (!next.delete(item.id)) next.add(item.id);
    choose(next);
  };
  return (
    <tr class={isShown ? 'shown' : ''}>
      <td class="tick">
        <input
          type="checkbox"
          aria-label={`Choose ${item.reason} at ${item.position}`}
          checked={isChosen}
          onChange={toggle}
        />
      </td>
      <td>{arrivalWords(item.arrived)}</td>
      <td>
        <span class="chip critical">{item.reason}</span>
        {item.redriven && <span class="chip">put back</span>}
      </td>
      <td title={item.detail}>
        <a data-row href={pathOf({ page: 'events', name: item.id, query })} aria-current={isShown ? 'true' : undefined}>
          <bdi>{item.detail}</bdi>
        </a>
      </td>
      <td class="mono" title={`${item.shard} · ${item.position}`}>
        {item.shard} · {item.position}
      </td>
      <td class="number quiet">{formatBytes(item.bytes)}</td>
    </tr>
  );
}

/** 18:21:17.204, with the date where that is not today's. */
function arrivalWords(ms: number | null): string {
  if (ms === null) return 'not known';
  const clock = `${formatClock(ms, zone.value, true)}.${String(ms % 1000).padStart(3, '0')}`;
  const date = formatDate(ms, zone.value);
  return date === formatDate(serverNowMs(), zone.value) ? clock : `${date} ${clock}`;
}
