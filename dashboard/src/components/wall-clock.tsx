import { formatClock, formatDate, zoneName } from '../format/times.ts';
import { connection, dataNowMs, pipeline, zone } from '../live/store.ts';

/** On a wall: whose figures these are, and the time they are of, with zone and date. */
export function WallClock() {
  const nowMs = dataNowMs();
  return (
    <header class="wall-clock">
      <b>
        <bdi>{pipeline.value?.name ?? 'streamgauge'}</bdi>
      </b>
      {connection.value.kind === 'lost' && <span class="chip critical">No connection</span>}
      <span class="end">
        <time>{formatClock(nowMs, zone.value, true)}</time> {zoneName(zone.value)}, {formatDate(nowMs, zone.value)}
      </span>
    </header>
  );
}
