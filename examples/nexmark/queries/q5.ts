import { count, max, pipeline, sliding, tumbling, view, windowJoin } from 'streamgauge';
import { bids } from '../streams.ts';

const counts = view('q5_counts', bids)
  .window(sliding({ size: '10 seconds', slide: '2 seconds' }))
  .groupBy('auction')
  .aggregate(() => ({ bids: count() }));

// A row counts at the last instant of its window, so each two seconds hold the rows of one window.
const perAuction = view('q5_per_auction', counts)
  .window(tumbling('2 seconds'))
  .groupBy('auction')
  .aggregate((row) => ({ num: max(row.bids) }));

const most = view('q5_most', counts)
  .window(tumbling('2 seconds'))
  .aggregate((row) => ({ num: max(row.bids) }));

const hottest = windowJoin('q5_hottest', perAuction, most, { type: 'inner', on: { num: 'num' } });

const q5 = view('q5', hottest).select((e) => ({ auction: e.q5_per_auction.auction, num: e.q5_per_auction.num }));

export default pipeline('nexmark_q5', [counts, perAuction, most, q5]);
