import {
  anomaly,
  changeOver,
  count,
  type Duration,
  first,
  forecast,
  histogram,
  last,
  max,
  mean,
  median,
  min,
  pipeline,
  quantile,
  rate,
  stream,
  sum,
  Timestamp,
  Type,
  threshold,
  topK,
  trend,
  tumbling,
  view,
  zScore,
} from 'streamgauge';
import { orders } from './orders.ts';

// Each line under a directive must not compile. None of this runs.

// Streams ------------------------------------------------------------------------------------------------------------

const schema = Type.Object({
  id: Type.String(),
  size: Type.Number(),
  open: Type.Boolean(),
  tags: Type.Array(Type.String()),
  at: Timestamp('iso8601'),
  inner: Type.Object({ at: Timestamp('epoch-s'), id: Type.Integer() }),
});
const settings = { schema, eventTime: 'at', partitionKey: 'id', maxLateness: '1 minute' } as const;

stream('fine', settings);
stream('fine', { ...settings, eventTime: 'inner.at', partitionKey: 'inner.id', eventId: 'size' });
// @ts-expect-error a text is no event time
stream('s', { ...settings, eventTime: 'id' });
// @ts-expect-error a number is no event time
stream('s', { ...settings, eventTime: 'size' });
// @ts-expect-error there is no such field
stream('s', { ...settings, eventTime: 'time' });
// @ts-expect-error a struct is no event time, though an instant is in it
stream('s', { ...settings, eventTime: 'inner' });
// @ts-expect-error an instant is no partition key
stream('s', { ...settings, partitionKey: 'at' });
// @ts-expect-error a boolean is no partition key
stream('s', { ...settings, partitionKey: 'open' });
// @ts-expect-error an array is no event id
stream('s', { ...settings, eventId: 'tags' });
// @ts-expect-error there is no such field in the struct
stream('s', { ...settings, eventId: 'inner.name' });
// @ts-expect-error every stream says how late its events may be
stream('s', { schema, eventTime: 'at', partitionKey: 'id' });
// @ts-expect-error half minutes are seconds
stream('s', { ...settings, maxLateness: '1.5 minutes' });
// @ts-expect-error no unit
stream('s', { ...settings, maxLateness: '90' });
// @ts-expect-error no such unit
stream('s', { ...settings, maxFutureSkew: '3 fortnights' });
// @ts-expect-error a duration is text with a unit
stream('s', { ...settings, idleTimeout: 60_000 });
// @ts-expect-error no such setting
stream('s', { schema, eventTime: 'at', partitionKey: 'id', maxLateness: '1 minute', lateness: '1 minute' });
// @ts-expect-error no such format
Timestamp('rfc1123');
// @ts-expect-error an event is an object
stream('s', { schema: Type.String(), eventTime: 'at', partitionKey: 'id', maxLateness: '1 minute' });

const durations: Duration[] = ['90 seconds', '1 ms', '2 days', '1 hour', '500ms', '10s', '5m', '2h', '1d'];
// @ts-expect-error one blank stands between number and word
durations.push('5minutes');
// @ts-expect-error and none before a letter
durations.push('5 m');
// @ts-expect-error there is one part
durations.push('1h30m');

// Fields and operators -----------------------------------------------------------------------------------------------

const raw = view('v', orders);
// @ts-expect-error there is no such field
raw.where((e) => e.amuont.gt(1));
// @ts-expect-error there is no such field in the struct
raw.where((e) => e.device.name.eq('a'));
// @ts-expect-error a number is no condition
raw.where((e) => e.amount);
// @ts-expect-error neither is a text
raw.where((e) => e.note);
// @ts-expect-error neither is a value
raw.where(() => true);
// @ts-expect-error a number and a text have no order
raw.where((e) => e.amount.gt('1'));
// @ts-expect-error a number and a text have no order
raw.where((e) => e.amount.gt(e.order_id));
// @ts-expect-error a text and a number have no order
raw.where((e) => e.order_id.lt(5));
// @ts-expect-error an instant and a text have no order
raw.where((e) => e.at.gte('2015-05-17T10:05:00Z'));
// @ts-expect-error an instant and a number have no order
raw.where((e) => e.at.lt(e.amount));
// @ts-expect-error a boolean has no order
raw.where((e) => e.paid.gt(false));
// @ts-expect-error a boolean is no number
raw.where((e) => e.paid.eq(1));
// @ts-expect-error not a value of the enum
raw.where((e) => e.status.eq('payed'));
// @ts-expect-error not a value of the union
raw.where((e) => e.priority.in(['low', 'middle']));
// @ts-expect-error null is not written: isNull() asks for it
raw.where((e) => e.note.eq(null));
// @ts-expect-error null is not written: isNull() asks for it
raw.where((e) => e.note.ne(null));
// @ts-expect-error a comparison with null is never true
raw.where((e) => e.discount.gt(null));
// @ts-expect-error null is no value of a list
raw.where((e) => e.note.in(['a', null]));
// @ts-expect-error undefined is not written either
raw.where((e) => e.note.eq(undefined));
// @ts-expect-error conditions are not values
raw.where((e) => e.paid.and(true));
// @ts-expect-error a number is no condition
raw.where((e) => e.paid.or(e.amount));
// @ts-expect-error eq(): undefined is no operand
raw.derive((e) => ({ x: e.amount.eq(undefined) }));
// @ts-expect-error eq(): null is no operand
raw.derive((e) => ({ x: e.amount.eq(null) }));
// @ts-expect-error eq(): a text is no number
raw.derive((e) => ({ x: e.amount.eq('5') }));
// @ts-expect-error eq(): a symbol is no operand
raw.derive((e) => ({ x: e.amount.eq(Symbol()) }));
// @ts-expect-error eq(): a function is no operand
raw.derive((e) => ({ x: e.amount.eq(() => 5) }));
// @ts-expect-error eq(): an object is no operand
raw.derive((e) => ({ x: e.amount.eq({ value: 5 }) }));
// @ts-expect-error eq(): a list is no operand
raw.derive((e) => ({ x: e.amount.eq([5]) }));
// @ts-expect-error eq(): a Date is no operand
raw.derive((e) => ({ x: e.amount.eq(new Date()) }));
// @ts-expect-error eq(): a Promise is no operand
raw.derive((e) => ({ x: e.amount.eq(Promise.resolve(5)) }));
// @ts-expect-error eq(): a text is no number
raw.derive((e) => ({ x: e.amount.eq(e.note) }));
// @ts-expect-error eq(): a condition is no number
raw.derive((e) => ({ x: e.amount.eq(e.paid) }));
// @ts-expect-error eq(): an instant is no number
raw.derive((e) => ({ x: e.amount.eq(e.at) }));
// @ts-expect-error eq(): a list is no number
raw.derive((e) => ({ x: e.amount.eq(e.tags) }));
// @ts-expect-error eq(): a struct is no number
raw.derive((e) => ({ x: e.amount.eq(e.device) }));
// @ts-expect-error eq(): an aggregate is no operand
raw.derive((e) => ({ x: e.amount.eq(sum(e.amount)) }));
// @ts-expect-error eq(): a window is no operand
raw.derive((e) => ({ x: e.amount.eq(tumbling('1 hour')) }));
// @ts-expect-error eq(): a stream is no operand
raw.derive((e) => ({ x: e.amount.eq(orders) }));
// @ts-expect-error in(): undefined is no operand
raw.derive((e) => ({ x: e.amount.in([undefined]) }));
// @ts-expect-error in(): null is no operand
raw.derive((e) => ({ x: e.amount.in([null]) }));
// @ts-expect-error in(): a text is no number
raw.derive((e) => ({ x: e.amount.in(['5']) }));
// @ts-expect-error in(): a symbol is no operand
raw.derive((e) => ({ x: e.amount.in([Symbol()]) }));
// @ts-expect-error in(): a function is no operand
raw.derive((e) => ({ x: e.amount.in([() => 5]) }));
// @ts-expect-error in(): an object is no operand
raw.derive((e) => ({ x: e.amount.in([{ value: 5 }]) }));
// @ts-expect-error in(): a list is no operand
raw.derive((e) => ({ x: e.amount.in([[5]]) }));
// @ts-expect-error in(): a Date is no operand
raw.derive((e) => ({ x: e.amount.in([new Date()]) }));
// @ts-expect-error in(): a Promise is no operand
raw.derive((e) => ({ x: e.amount.in([Promise.resolve(5)]) }));
// @ts-expect-error in(): a text is no number
raw.derive((e) => ({ x: e.amount.in([e.note]) }));
// @ts-expect-error in(): a condition is no number
raw.derive((e) => ({ x: e.amount.in([e.paid]) }));
// @ts-expect-error in(): an instant is no number
raw.derive((e) => ({ x: e.amount.in([e.at]) }));
// @ts-expect-error in(): a list is no number
raw.derive((e) => ({ x: e.amount.in([e.tags]) }));
// @ts-expect-error in(): a struct is no number
raw.derive((e) => ({ x: e.amount.in([e.device]) }));
// @ts-expect-error in(): an aggregate is no operand
raw.derive((e) => ({ x: e.amount.in([sum(e.amount)]) }));
// @ts-expect-error in(): a window is no operand
raw.derive((e) => ({ x: e.amount.in([tumbling('1 hour')]) }));
// @ts-expect-error in(): a stream is no operand
raw.derive((e) => ({ x: e.amount.in([orders]) }));
// @ts-expect-error coalesce(): undefined is no operand
raw.derive((e) => ({ x: e.discount.coalesce(undefined) }));
// @ts-expect-error coalesce(): null is no operand
raw.derive((e) => ({ x: e.discount.coalesce(null) }));
// @ts-expect-error coalesce(): a text is no number
raw.derive((e) => ({ x: e.discount.coalesce('5') }));
// @ts-expect-error coalesce(): a symbol is no operand
raw.derive((e) => ({ x: e.discount.coalesce(Symbol()) }));
// @ts-expect-error coalesce(): a function is no operand
raw.derive((e) => ({ x: e.discount.coalesce(() => 5) }));
// @ts-expect-error coalesce(): an object is no operand
raw.derive((e) => ({ x: e.discount.coalesce({ value: 5 }) }));
// @ts-expect-error coalesce(): a list is no operand
raw.derive((e) => ({ x: e.discount.coalesce([5]) }));
// @ts-expect-error coalesce(): a Date is no operand
raw.derive((e) => ({ x: e.discount.coalesce(new Date()) }));
// @ts-expect-error coalesce(): a Promise is no operand
raw.derive((e) => ({ x: e.discount.coalesce(Promise.resolve(5)) }));
// @ts-expect-error coalesce(): a text is no number
raw.derive((e) => ({ x: e.discount.coalesce(e.note) }));
// @ts-expect-error coalesce(): a condition is no number
raw.derive((e) => ({ x: e.discount.coalesce(e.paid) }));
// @ts-expect-error coalesce(): an instant is no number
raw.derive((e) => ({ x: e.discount.coalesce(e.at) }));
// @ts-expect-error coalesce(): a list is no number
raw.derive((e) => ({ x: e.discount.coalesce(e.tags) }));
// @ts-expect-error coalesce(): a struct is no number
raw.derive((e) => ({ x: e.discount.coalesce(e.device) }));
// @ts-expect-error coalesce(): an aggregate is no operand
raw.derive((e) => ({ x: e.discount.coalesce(sum(e.amount)) }));
// @ts-expect-error coalesce(): a window is no operand
raw.derive((e) => ({ x: e.discount.coalesce(tumbling('1 hour')) }));
// @ts-expect-error coalesce(): a stream is no operand
raw.derive((e) => ({ x: e.discount.coalesce(orders) }));
// @ts-expect-error add(): undefined is no operand
raw.derive((e) => ({ x: e.amount.add(undefined) }));
// @ts-expect-error add(): null is no operand
raw.derive((e) => ({ x: e.amount.add(null) }));
// @ts-expect-error add(): a text is no number
raw.derive((e) => ({ x: e.amount.add('5') }));
// @ts-expect-error add(): a symbol is no operand
raw.derive((e) => ({ x: e.amount.add(Symbol()) }));
// @ts-expect-error add(): a function is no operand
raw.derive((e) => ({ x: e.amount.add(() => 5) }));
// @ts-expect-error add(): an object is no operand
raw.derive((e) => ({ x: e.amount.add({ value: 5 }) }));
// @ts-expect-error add(): a list is no operand
raw.derive((e) => ({ x: e.amount.add([5]) }));
// @ts-expect-error add(): a Date is no operand
raw.derive((e) => ({ x: e.amount.add(new Date()) }));
// @ts-expect-error add(): a Promise is no operand
raw.derive((e) => ({ x: e.amount.add(Promise.resolve(5)) }));
// @ts-expect-error add(): a text is no number
raw.derive((e) => ({ x: e.amount.add(e.note) }));
// @ts-expect-error add(): a condition is no number
raw.derive((e) => ({ x: e.amount.add(e.paid) }));
// @ts-expect-error add(): an instant is no number
raw.derive((e) => ({ x: e.amount.add(e.at) }));
// @ts-expect-error add(): a list is no number
raw.derive((e) => ({ x: e.amount.add(e.tags) }));
// @ts-expect-error add(): a struct is no number
raw.derive((e) => ({ x: e.amount.add(e.device) }));
// @ts-expect-error add(): an aggregate is no operand
raw.derive((e) => ({ x: e.amount.add(sum(e.amount)) }));
// @ts-expect-error add(): a window is no operand
raw.derive((e) => ({ x: e.amount.add(tumbling('1 hour')) }));
// @ts-expect-error add(): a stream is no operand
raw.derive((e) => ({ x: e.amount.add(orders) }));
// @ts-expect-error arithmetic is on doubles, and takes no bigint
raw.derive((e) => ({ x: e.amount.add(5n) }));
// @ts-expect-error arithmetic is on doubles, and takes no bigint
raw.derive((e) => ({ x: e.amount.div(5n) }));
// @ts-expect-error a number does not stand for a text
raw.derive((e) => ({ x: e.note.coalesce(5) }));
// @ts-expect-error a number does not stand for a text
raw.derive((e) => ({ x: e.note.coalesce(e.amount) }));
// @ts-expect-error an instant does not stand for a text
raw.derive((e) => ({ x: e.note.coalesce(e.at) }));
// @ts-expect-error a number is no text
raw.derive((e) => ({ x: e.note.in([e.amount]) }));
// @ts-expect-error in() takes a list
raw.derive((e) => ({ x: e.note.in(e.order_id) }));
// @ts-expect-error in() takes a list
raw.derive((e) => ({ x: e.note.in('abc') }));
// @ts-expect-error a number is no instant
raw.derive((e) => ({ x: e.sent_at.coalesce(0) }));
// @ts-expect-error a text is no instant
raw.derive((e) => ({ x: e.sent_at.coalesce('2015-05-17T10:05:00Z') }));
// @ts-expect-error a Date is no instant
raw.derive((e) => ({ x: e.sent_at.coalesce(new Date()) }));
// @ts-expect-error a number is no instant
raw.derive((e) => ({ x: e.at.in([0]) }));
// @ts-expect-error a number is no instant
raw.derive((e) => ({ x: e.at.msSince(e.amount) }));
// @ts-expect-error a number is no condition
raw.derive((e) => ({ x: e.gift.coalesce(0) }));
// @ts-expect-error a number is no condition
raw.derive((e) => ({ x: e.gift.coalesce(e.amount) }));
// @ts-expect-error a bigint is no text
raw.derive((e) => ({ x: e.note.eq(5n) }));
// @ts-expect-error a bigint is no condition
raw.derive((e) => ({ x: e.gift.eq(1n) }));
// @ts-expect-error a list has no coalesce()
raw.derive((e) => ({ x: e.tags.coalesce([]) }));
// @ts-expect-error numbers have no not()
raw.where((e) => e.amount.not());
// @ts-expect-error a struct has no methods
raw.where((e) => e.device.isNull());
// @ts-expect-error an array has no methods
raw.where((e) => e.tags.eq(['a']));

// @ts-expect-error a text does not add
raw.derive((e) => ({ x: e.order_id.add(1) }));
// @ts-expect-error a number and a text do not add
raw.derive((e) => ({ x: e.amount.add('1') }));
// @ts-expect-error a number and a text do not add
raw.derive((e) => ({ x: e.amount.add(e.order_id) }));
// @ts-expect-error null does not add
raw.derive((e) => ({ x: e.amount.add(null) }));
// @ts-expect-error a fallback has the kind of the field
raw.derive((e) => ({ x: e.discount.coalesce('none') }));
// @ts-expect-error a fallback is not null
raw.derive((e) => ({ x: e.discount.coalesce(null) }));
// @ts-expect-error a number has no path
raw.derive((e) => ({ x: e.amount.urlPath() }));
// @ts-expect-error a number is no instant
raw.derive((e) => ({ x: e.at.msSince(e.amount) }));
// @ts-expect-error a column is an expression
raw.derive(() => ({ x: 5 }));
// @ts-expect-error a column is an expression, and an aggregate is none
raw.derive(() => ({ x: count() }));
// @ts-expect-error JavaScript's operators make values
raw.derive((e) => ({ x: e.amount * 2 }));

// Aggregates ---------------------------------------------------------------------------------------------------------

const hourly = raw.window(tumbling('1 hour'));
// @ts-expect-error a text has no sum
hourly.aggregate((e) => ({ x: sum(e.note) }));
// @ts-expect-error an instant has no sum
hourly.aggregate((e) => ({ x: sum(e.at) }));
// @ts-expect-error a boolean has no mean
hourly.aggregate((e) => ({ x: mean(e.paid) }));
// @ts-expect-error a boolean has no order
hourly.aggregate((e) => ({ x: min(e.paid) }));
// @ts-expect-error an array has no order
hourly.aggregate((e) => ({ x: max(e.tags) }));
// @ts-expect-error what of?
hourly.aggregate(() => ({ x: sum() }));
// @ts-expect-error what of?
hourly.aggregate(() => ({ x: first() }));
// @ts-expect-error a text has no quantile
hourly.aggregate((e) => ({ x: quantile(e.note, 0.5) }));
// @ts-expect-error which one?
hourly.aggregate((e) => ({ x: quantile(e.amount) }));
// @ts-expect-error which one?
hourly.aggregate((e) => ({ x: quantile(e.amount, { relativeError: 0.01 }) }));
// @ts-expect-error an instant has no median
hourly.aggregate((e) => ({ x: median(e.at) }));
// @ts-expect-error how many?
hourly.aggregate((e) => ({ x: topK(e.note) }));
// @ts-expect-error between which bounds?
hourly.aggregate((e) => ({ x: histogram(e.amount, { buckets: 10 }) }));
// @ts-expect-error a text is in no bucket
hourly.aggregate((e) => ({ x: histogram(e.note, { bounds: [1] }) }));
// @ts-expect-error a text does not add up
hourly.aggregate((e) => ({ x: rate(e.note) }));
// @ts-expect-error a column is made of many events
hourly.aggregate((e) => ({ x: e.amount }));
// @ts-expect-error only one that is made of many events
hourly.aggregate((e) => ({ x: last(e.amount), y: e.amount.add(1) }));
// @ts-expect-error a number is no condition
hourly.aggregate((e) => ({ x: count().where(e.amount) }));
// @ts-expect-error a value is no condition
hourly.aggregate((e) => ({ x: count().where(e.status === 'open') }));

// Names --------------------------------------------------------------------------------------------------------------

// @ts-expect-error every row has it
hourly.aggregate(() => ({ window_start: count() }));
// @ts-expect-error every row has it
hourly.aggregate(() => ({ revision: count() }));
// @ts-expect-error a later version gives it to every row
hourly.aggregate(() => ({ first_event_time: count() }));
// @ts-expect-error it is the name of a group
hourly.groupBy('status').aggregate(() => ({ status: count() }));
// @ts-expect-error it is the name of a field
raw.derive((e) => ({ note: e.order_id }));
// @ts-expect-error every row has it
raw.derive((e) => ({ is_final: e.paid }));
const lists = hourly.aggregate((e) => ({ top: topK(e.note, 3), amounts: histogram(e.amount, { bounds: [1] }) }));
// @ts-expect-error expressions do not look into lists
lists.derive((row) => ({ x: row.top.eq('a') }));
// @ts-expect-error expressions do not look into lists
lists.derive((row) => ({ x: row.amounts[0].count }));
const rows = hourly.aggregate(() => ({ n: count() })).derive((row) => ({ twice: row.n.add(row.n) }));
// @ts-expect-error it is the name of an aggregate
rows.derive((row) => ({ n: row.n }));
// @ts-expect-error it is the name of an earlier derived column
rows.derive((row) => ({ twice: row.n }));
// @ts-expect-error every row has it
rows.derive((row) => ({ window_end: row.n }));
// @ts-expect-error a row has columns, not the event's fields
rows.derive((row) => ({ x: row.amount }));

// @ts-expect-error it goes back by windows
rows.derive((row) => ({ x: row.n.changeOver({ rows: 3 }) }));
// @ts-expect-error only numbers have changed by something
rows.derive((row) => ({ x: row.window_start.changeOver({ windows: 3 }) }));
// @ts-expect-error a detector takes a number
rows.derive((row) => ({ x: anomaly(row.n.gt(1)) }));
// @ts-expect-error there is no such setting
rows.derive((row) => ({ x: anomaly(row.n, { treshold: 3 }) }));
// @ts-expect-error it is one of two sizes
rows.derive((row) => ({ x: anomaly(row.n, { memory: '4 KB' }) }));
// @ts-expect-error a span is a duration
rows.derive((row) => ({ x: zScore(row.n, { span: 15 }) }));
// @ts-expect-error a struct is no number: name one of its fields
rows.derive((row) => ({ x: zScore(anomaly(row.n)) }));
// @ts-expect-error a trend needs to know over how many windows
rows.derive((row) => ({ x: trend(row.n, {}) }));
// @ts-expect-error there is no such method
rows.derive((row) => ({ x: forecast(row.n, { method: 'arima' }) }));
// @ts-expect-error a level has upper and lower limits
rows.derive((row) => ({ x: threshold(row.n, { high: { above: 3 } }) }));
const judged = rows.derive((row) => ({
  state: threshold(row.n, { high: { upper: 3 } }),
  next: forecast(row.n),
  odd: anomaly(row.n),
}));
// @ts-expect-error the level has no lower limit, so there is no such state
judged.derive((row) => ({ x: row.state.eq('high_below') }));
// @ts-expect-error expressions do not look into lists
judged.derive((row) => ({ x: row.next.points[0].value }));
// @ts-expect-error there is no such field
judged.derive((row) => ({ x: row.odd.anomalous }));

// Groups, windows and pipelines --------------------------------------------------------------------------------------

// @ts-expect-error there is no such field
raw.groupBy('city');
// @ts-expect-error a group is named by a column, not by a path
raw.groupBy('device.os');
// @ts-expect-error it is no field yet
raw.groupBy('x').derive((e) => ({ x: e.amount }));
// @ts-expect-error aggregates need a window
raw.aggregate(() => ({ n: count() }));
// @ts-expect-error so do groups
raw.groupBy('status').aggregate(() => ({ n: count() }));
// @ts-expect-error one window is enough
hourly.window(tumbling('1 hour'));
// @ts-expect-error filters come before the window
hourly.where(() => null);
// @ts-expect-error no such unit
tumbling('1 fortnight');
// @ts-expect-error no such policy
raw.window(tumbling('1 hour'), { lateEvents: 'ignore' });
// @ts-expect-error no such setting
raw.window(tumbling('1 hour'), { lateness: '1 hour' });
// @ts-expect-error a view without aggregates is not complete
pipeline('p', [hourly]);
// @ts-expect-error a stream is no view
pipeline('p', [orders]);
// @ts-expect-error a view reads a source
view('v', 'orders');

// Row operators and empty windows ------------------------------------------------------------------------------------

const changeable = hourly.groupBy('status').aggregate((e) => ({ n: count(), latest: last(e.note) }));
changeable.derive((row) => ({ x: changeOver(row.n, { windows: 1 }) }));
// @ts-expect-error a text has no change
changeable.derive((row) => ({ x: changeOver(row.latest, { windows: 1 }) }));
// @ts-expect-error over how many windows is missing
changeable.derive((row) => ({ x: changeOver(row.n, {}) }));
// @ts-expect-error there is no such field
changeable.derive((row) => ({ x: changeOver(row.n, { windows: 1 }).share }));
// @ts-expect-error a struct is no number
changeable.derive((row) => ({ x: changeOver(row.n, { windows: 1 }).add(1) }));
const changed = changeable.derive((row) => ({ x: changeOver(row.n, { windows: 1 }) }));
// @ts-expect-error a struct makes no group
view('v', changed).groupBy('x');
// @ts-expect-error there is no such policy
view('v', orders).window(tumbling('1 hour'), { emptyWindows: 'null' });

// Events as they are -------------------------------------------------------------------------------------------------

// @ts-expect-error there is no such field
view('v', orders).select(['amonut']);
// @ts-expect-error an object of fields is no value
view('v', orders).select(['device']);
// @ts-expect-error every row of an event has this column
view('v', orders).select((e) => ({ event_time: e.at }));
// @ts-expect-error an aggregate is of a window
view('v', orders).select(() => ({ n: count() }));
