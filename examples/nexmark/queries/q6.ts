import { intervalJoin, max, pattern, pipeline, tumbling, view } from 'streamgauge';
import { bids, closings } from '../streams.ts';

// No auction lasts longer. An offer counts at the time at which its auction ends.
const offers = intervalJoin('offers', closings, bids, {
  type: 'inner',
  on: { id: 'auction' },
  between: ['-40 seconds', '0 seconds'],
});

const sales = view('q6_sales', offers)
  .where((e) => e.bids.dateTime.gte(e.closings.dateTime))
  .derive((e) => ({ id: e.closings.id, seller: e.closings.seller }))
  .window(tumbling('1 ms'))
  .groupBy('id', 'seller')
  .aggregate((e) => ({ final: max(e.bids.price) }));

// Ten sales of a seller in a row, wherever they begin.
const lastTen = pattern('q6_last_ten', sales, { partitionBy: 'seller' })
  .begin('sales', (sale) => sale.final.gt(0))
  .times(10)
  .within('1 day')
  .skip('toNext')
  .select(({ sales: ten }) => ({ avg_price: ten.mean((sale) => sale.final) }));

const q6 = view('q6', lastTen).select(['seller', 'avg_price']);

export default pipeline('nexmark_q6', [sales, q6]);
