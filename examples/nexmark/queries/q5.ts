import { count, intervalJoin, max, pipeline, sliding, tumbling, view } from 'streamgauge';
import { bids } from '../streams.ts';

const counts = view('q5_counts', bids)
  .window(sliding({ size: '10 seconds', slide: '2 seconds' }))
  .groupBy('auction')
  .aggregate(() => ({ num: count() }));

// A row counts at the last instant of its window, so each two seconds hold the rows of one sliding window.
const most = view('q5_most', counts)
  .window(tumbling('2 seconds'))
  .aggregate((row) => ({ num: max(row.num) }));

const hottest = intervalJoin('q5_hottest', counts, most, {
  type: 'inner',
  on: { num: 'num' },
  between: ['0 ms', '0 ms'],
});

const q5 = view('q5', hottest).select((e) => ({
  auction: e.q5_counts.auction,
  num: e.q5_counts.num,
  starttime: e.q5_counts.window_start,
  endtime: e.q5_counts.window_end,
}));

export default pipeline('nexmark_q5', [counts, most, q5]);
