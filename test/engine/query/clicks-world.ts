import {
  approxCountDistinct,
  count,
  type Emission,
  first,
  histogram,
  last,
  max,
  mean,
  min,
  pipeline,
  stream,
  sum,
  Timestamp,
  Type,
  view,
  type Window,
} from 'streamgauge';
import type { QueryPorts } from '../../../engine/query/query-ports.ts';
import { SmallWorld } from '../../support/small-world.ts';

const clicks = stream('clicks', {
  schema: Type.Object({
    page: Type.String(),
    site: Type.String(),
    user: Type.String(),
    ms: Type.Number(),
    id: Type.Integer(),
    at: Timestamp('epoch-s'),
  }),
  eventTime: 'at',
  partitionKey: 'page',
  maxLateness: '0 ms',
});

type Windows = readonly [window: Window<string>, emission?: Emission];

export interface Click {
  readonly at: number;
  readonly page: string;
  readonly site?: string;
  readonly user?: string;
  readonly ms?: number;
  readonly id?: number | bigint;
}

/** A view `v` of clicks by page and site, with a column of each way to go over several windows. */
export function clicksWorld(...windows: Windows) {
  const v = view('v', clicks)
    .window(...windows)
    .groupBy('page', 'site')
    .aggregate((e) => ({
      views: count(),
      slow: count().where(e.ms.gt(100)),
      ms: sum(e.ms),
      longest: max(e.ms),
      highest_id: max(e.id),
      shortest: min(e.ms),
      first_user: first(e.user),
      last_user: last(e.user),
      spread: histogram(e.ms, { bounds: [10, 100] }),
      users: approxCountDistinct(e.user),
      mean_ms: mean(e.ms),
      mean_slow_ms: mean(e.ms).where(e.ms.gt(100)),
    }))
    .derive((row) => ({
      slow_share: row.slow.div(row.views),
      ms_each: row.ms.div(row.views),
      share_of_users: row.users.div(row.views),
      doubled: row.mean_slow_ms.mul(2),
      smooth: mean(row.views).over({ windows: 2 }),
    }));
  const world = new SmallWorld(pipeline('p', [v]));
  const ports: QueryPorts = world.stores;
  return {
    world,
    view: world.view('v'),
    ports,
    async take(events: readonly Click[]): Promise<void> {
      const whole = { site: 's', user: 'u', ms: 1, id: 1 };
      await world.take(events.map((event) => ({ ...whole, ...event })));
      await world.finalizeAll();
    },
  };
}

/** Of rows: their pages. */
export function pagesOf(rows: readonly { readonly columns: Readonly<Record<string, unknown>> }[]): string[] {
  return rows.map(({ columns }) => String(columns.page));
}
