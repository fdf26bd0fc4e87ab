import { intervalJoin, max, pipeline, tumbling, view } from 'streamgauge';
import { bids } from '../streams.ts';

const highest = view('q7_highest', bids)
  .window(tumbling('10 seconds'))
  .aggregate((bid) => ({ price: max(bid.price) }));

// The row of a window counts at its last instant: of these, only that of a bid's own window is less than its length away.
const winners = intervalJoin('q7_winners', bids, highest, {
  type: 'inner',
  on: { price: 'price' },
  between: ['0 ms', '9999 ms'],
});

const q7 = view('q7', winners).select((e) => ({
  auction: e.bids.auction,
  price: e.bids.price,
  bidder: e.bids.bidder,
  dateTime: e.bids.dateTime,
  extra: e.bids.extra,
}));

export default pipeline('nexmark_q7', [highest, q7]);
