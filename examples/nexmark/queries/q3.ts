import { asOfJoin, pipeline, view } from 'streamgauge';
import { auctions, persons } from '../streams.ts';

const sales = asOfJoin('sales', auctions, persons, { type: 'inner', on: { seller: 'id' } });

const q3 = view('q3', sales)
  .where((e) => e.auctions.category.eq(10).and(e.persons.state.in(['or', 'id', 'ca'])))
  .select((e) => ({ name: e.persons.name, city: e.persons.city, state: e.persons.state, id: e.auctions.id }));

export default pipeline('nexmark_q3', [q3]);
