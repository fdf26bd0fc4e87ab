import { count, pipeline, session, view } from 'streamgauge';
import { bids } from '../streams.ts';

const q11 = view('q11', bids)
  .window(session({ gap: '10 seconds' }))
  .groupBy('bidder')
  .aggregate(() => ({ bid_count: count() }));

export default pipeline('nexmark_q11', [q11]);
