import { global, intervalJoin, max, mean, pipeline, tumbling, view } from 'streamgauge';
import { auctions, bids } from '../streams.ts';

// No auction lasts longer.
const offers = intervalJoin('offers', auctions, bids, {
  type: 'inner',
  on: { id: 'auction' },
  between: ['0 seconds', '40 seconds'],
});

// An offer counts at the time of its auction, so all offers of an auction are in one window.
const finals = view('q4_finals', offers)
  .where((e) => e.bids.dateTime.lte(e.auctions.expires))
  .derive((e) => ({ id: e.auctions.id, category: e.auctions.category }))
  .window(tumbling('10 seconds'))
  .groupBy('id', 'category')
  .aggregate((e) => ({ final: max(e.bids.price) }));

const q4 = view('q4', finals)
  .window(global({ emitEvery: '10 seconds' }))
  .groupBy('category')
  .aggregate((row) => ({ avg_price: mean(row.final) }));

export default pipeline('nexmark_q4', [finals, q4]);
