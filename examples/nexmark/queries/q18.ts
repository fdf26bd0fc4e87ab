import { argMax, global, max, pipeline, view } from 'streamgauge';
import { bids } from '../streams.ts';

const q18 = view('q18', bids)
  .window(global({ emitEvery: '10 seconds' }))
  .groupBy('auction', 'bidder')
  .aggregate((bid) => ({
    price: argMax(bid.price, bid.dateTime),
    channel: argMax(bid.channel, bid.dateTime),
    url: argMax(bid.url, bid.dateTime),
    dateTime: max(bid.dateTime),
    extra: argMax(bid.extra, bid.dateTime),
  }));

export default pipeline('nexmark_q18', [q18]);
