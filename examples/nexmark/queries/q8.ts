import { count, pipeline, tumbling, view, windowJoin } from 'streamgauge';
import { auctions, persons } from '../streams.ts';

const newcomers = view('q8_newcomers', persons)
  .window(tumbling('10 seconds'))
  .groupBy('id', 'name')
  .aggregate(() => ({ times: count() }));

const sellers = view('q8_sellers', auctions)
  .window(tumbling('10 seconds'))
  .groupBy('seller')
  .aggregate(() => ({ auctions: count() }));

const both = windowJoin('q8_both', newcomers, sellers, { type: 'inner', on: { id: 'seller' } });

const q8 = view('q8', both).select((e) => ({
  id: e.q8_newcomers.id,
  name: e.q8_newcomers.name,
  starttime: e.q8_newcomers.window_start,
}));

export default pipeline('nexmark_q8', [newcomers, sellers, q8]);
