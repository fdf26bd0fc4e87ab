import { anomaly, count, last, max, pipeline, sum, topK, tumbling, view } from 'streamgauge';
import { createClient } from 'streamgauge/client';
import { same } from './equal.ts';
import { orders } from './orders.ts';

// A client knows the pipeline's views, their groups and their columns. None of this runs.

const byStatus = view('by_status', orders)
  .window(tumbling('1 hour'))
  .groupBy('status')
  .aggregate((e) => ({
    n: count(),
    revenue: sum(e.amount),
    latest: max(e.sent_at),
    note: last(e.note),
    top: topK(e.note, 3),
  }))
  .derive((row) => ({ unusual: anomaly(row.n) }));
const all = view('all', orders)
  .window(tumbling('1 hour'))
  .aggregate(() => ({ n: count() }));
const shop = pipeline('shop', [byStatus, all]);

export async function questions(): Promise<void> {
  const client = createClient<typeof shop>({ url: 'http://localhost' });
  const view = client.view('by_status');

  const { rows } = await view.windows({
    from: new Date(),
    to: '2026-01-01',
    group: { status: 'paid' },
    order: 'latest',
  });
  const row = rows[0] as (typeof rows)[0];
  same<typeof row.n, number>(true);
  same<typeof row.window_start, string>(true);
  same<typeof row.latest, string | null>(true);
  same<typeof row.is_final, boolean>(true);
  for await (const each of view.rows()) same<typeof each.revenue, number>(true);

  const found = await view.latest({ status: 'paid' });
  same<NonNullable<typeof found>['n'], number>(true);
  await client.view('all').latest({});

  const top = await view.top({ by: 'revenue' });
  same<NonNullable<(typeof top.groups)[0]>['columns']['n'], number | undefined>(true);

  const series = await view.series({ columns: ['n', 'unusual.score'] });
  same<
    typeof series.columns,
    { readonly n: readonly (number | null)[]; readonly 'unusual.score': readonly (number | null)[] }
  >(true);

  // @ts-expect-error: there is no such view.
  client.view('by_statu');
  // @ts-expect-error: it has no such column.
  void row.m;
  // @ts-expect-error: it does not group by that.
  await view.windows({ group: { note: 'x' } });
  // @ts-expect-error: a group has all its fields.
  await view.latest({});
  // @ts-expect-error: a text has no first.
  await view.top({ by: 'note' });
  // @ts-expect-error: it has no such member.
  await view.series({ columns: ['unusual.scor'] });
  // @ts-expect-error: orders are oldest and latest.
  await view.windows({ order: 'newest' });
}
