import { pipeline, view } from 'streamgauge';
import { bids } from '../streams.ts';

const q2 = view('q2', bids)
  .where((bid) => bid.auction.mod(123).eq(0))
  .select(['auction', 'price']);

export default pipeline('nexmark_q2', [q2]);
