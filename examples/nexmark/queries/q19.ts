import { global, pipeline, topN, view } from 'streamgauge';
import { bids } from '../streams.ts';

const q19 = view('q19', bids)
  .window(global({ emitEvery: '10 seconds' }))
  .groupBy('auction')
  .aggregate((bid) => ({ bidders: topN(bid.bidder, { by: bid.price, n: 10 }) }));

export default pipeline('nexmark_q19', [q19]);
