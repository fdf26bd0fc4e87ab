import { pipeline, view, when } from 'streamgauge';
import { bids } from '../streams.ts';

const q21 = view('q21', bids)
  .derive((bid) => ({ name: bid.channel.lower() }))
  .derive((bid) => ({
    channel_id: when(bid.name.eq('apple'))
      .then('0')
      .when(bid.name.eq('google'))
      .then('1')
      .when(bid.name.eq('facebook'))
      .then('2')
      .when(bid.name.eq('baidu'))
      .then('3')
      .otherwise(bid.url.urlParameter('channel_id')),
  }))
  .where((bid) => bid.channel_id.isNull().not())
  .select(['auction', 'bidder', 'price', 'channel', 'channel_id']);

export default pipeline('nexmark_q21', [q21]);
