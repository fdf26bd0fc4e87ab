import {
  argMax,
  argMin,
  type Condition,
  coalesce,
  collect,
  concat,
  every,
  greatest,
  type Instant,
  type RowOf,
  regressionSlope,
  topN,
  tumbling,
  view,
  when,
} from 'streamgauge';
import type { ElementsOf } from '../../engine/dsl/shape.ts';
import type { BooleanExpr, JsonExpr, NumberExpr, StringExpr, TimestampExpr, ValueOf } from '../../engine/dsl/types.ts';
import { same } from './equal.ts';
import { orders } from './orders.ts';

// What each kind of field is, and which results are null.
view('expressions', orders).where((e) => {
  same<typeof e.amount, NumberExpr<number>>(true);
  same<typeof e.items, NumberExpr<number>>(true);
  same<typeof e.discount, NumberExpr<number | null>>(true);
  same<typeof e.rank, NumberExpr<number | null>>(true);
  same<typeof e.status, StringExpr<'open' | 'paid' | 'sent'>>(true);
  same<typeof e.priority, StringExpr<'low' | 'high'>>(true);
  same<typeof e.channel, StringExpr<'web' | 'shop' | null>>(true);
  same<typeof e.paid, BooleanExpr<boolean>>(true);
  same<typeof e.gift, BooleanExpr<boolean | null>>(true);
  same<typeof e.at, TimestampExpr<Instant>>(true);
  same<typeof e.sent_at, TimestampExpr<Instant | null>>(true);
  same<typeof e.tags, JsonExpr<ElementsOf<string[], string>>>(true);

  // A field of a struct that may be missing may be missing itself; a struct has no methods that its fields could hide.
  same<typeof e.device.eq, NumberExpr<number>>(true);
  same<typeof e.device.screen.width, NumberExpr<number>>(true);
  same<typeof e.address.city, StringExpr<string | null>>(true);
  same<typeof e.address.zip, StringExpr<string | null>>(true);

  const divided = e.amount.div(e.items);
  const nullAdded = e.amount.add(e.discount);
  const added = e.amount.add(e.items);
  const addedToNull = e.discount.mul(2);
  const path = e.order_id.urlPath();
  const nullPath = e.note.urlPath();
  const elapsed = e.at.msSince(e.at);
  const channel = e.channel.coalesce('none');
  const note = e.note.coalesce('');
  const discount = e.discount.coalesce(0);
  same<ValueOf<typeof divided>, number | null>(true);
  same<ValueOf<typeof nullAdded>, number | null>(true);
  same<ValueOf<typeof added>, number>(true);
  same<ValueOf<typeof addedToNull>, number | null>(true);
  same<ValueOf<typeof path>, string>(true);
  same<ValueOf<typeof nullPath>, string | null>(true);
  same<ValueOf<typeof elapsed>, number | null>(true);
  same<ValueOf<typeof channel>, 'web' | 'shop' | 'none'>(true);
  same<ValueOf<typeof note>, string>(true);
  same<ValueOf<typeof discount>, number>(true);

  // Of two expressions, the first that is not null: null only where both can be.
  const amountOr = e.discount.coalesce(e.amount);
  const rankOr = e.discount.coalesce(e.rank);
  const surely = e.amount.coalesce(e.rank);
  const whole = e.items.coalesce(9007199254740993n);
  const channelOr = e.channel.coalesce(e.status);
  const channelOrNote = e.channel.coalesce(e.note);
  const sentOr = e.sent_at.coalesce(e.at);
  const sentOrNull = e.sent_at.coalesce(e.sent_at);
  const giftOr = e.gift.coalesce(false);
  const giftOrPaid = e.gift.coalesce(e.paid);
  const giftOrNull = e.gift.coalesce(e.amount.gt(e.discount));
  same<ValueOf<typeof amountOr>, number>(true);
  same<ValueOf<typeof rankOr>, number | null>(true);
  same<ValueOf<typeof surely>, number>(true);
  same<ValueOf<typeof whole>, number>(true);
  same<ValueOf<typeof channelOr>, 'web' | 'shop' | 'open' | 'paid' | 'sent'>(true);
  same<ValueOf<typeof channelOrNote>, string | null>(true);
  same<ValueOf<typeof sentOr>, Instant>(true);
  same<ValueOf<typeof sentOrNull>, Instant | null>(true);
  same<ValueOf<typeof giftOr>, boolean>(true);
  same<ValueOf<typeof giftOrPaid>, boolean>(true);
  same<ValueOf<typeof giftOrNull>, boolean | null>(true);

  const conditions = [
    e.amount.gt(1),
    e.amount.lte(e.items),
    e.amount.gte(e.discount),
    e.discount.eq(e.amount),
    e.order_id.lt(e.note),
    e.status.ne('open'),
    e.status.eq(e.note),
    e.status.eq(e.channel),
    e.channel.in(['web']),
    e.amount.in([1, 2.5]),
    e.amount.in([1, e.discount, e.items]),
    e.status.in([e.channel]),
    e.note.in([e.order_id, 'none', e.note.coalesce(e.channel)]),
    e.at.in([e.sent_at]),
    e.paid.in([e.gift, true]),
    e.items.eq(9007199254740993n),
    e.items.in([9007199254740993n, 1, e.rank]),
    e.rank.isNull(),
    e.address.city.isNull(),
    e.paid.eq(true),
    e.paid.eq(e.gift),
    e.at.lt(e.sent_at),
    e.sent_at.eq(e.at),
    e.device.eq.eq(1),
  ] as const;
  same<(typeof conditions)[number], Condition>(true);
  return e.gift.and(...conditions).or(e.paid, e.gift.not());
});

// A condition can be a field, or made by a function of one's own.
const isBig = (amount: NumberExpr<number | null>): Condition => amount.gt(100);
view('helpers', orders).where((e) => isBig(e.amount).and(isBig(e.discount)));
view('fields', orders).where((e) => e.gift);

// Functions: which results are null, and which texts a case can be.
view('functions', orders).derive((e) => {
  const kind = when(e.amount.gt(100)).then('large').when(e.paid).then('paid').otherwise('small');
  const none = when(e.paid).then(e.amount).otherwise(null);
  const first = coalesce(e.note, e.channel, 'none');
  const missing = coalesce(e.discount, e.rank);
  const most = greatest(e.discount, 5);
  same<typeof kind, StringExpr<'large' | 'paid' | 'small'>>(true);
  same<typeof none, NumberExpr<number | null>>(true);
  same<typeof first, StringExpr<string>>(true);
  same<typeof missing, NumberExpr<number | null>>(true);
  same<typeof most, NumberExpr<number>>(true);
  const lower = e.note.lower();
  const hour = e.at.hour('Asia/Kolkata');
  const day = e.sent_at.truncate('day');
  same<typeof lower, StringExpr<string | null>>(true);
  same<typeof hour, NumberExpr<number>>(true);
  same<typeof day, TimestampExpr<Instant | null>>(true);
  return { kind, none, first, missing, most, lower, hour, day, text: concat(e.note, '-', e.status) };
});

// Aggregates of two expressions: null where one of them can be, or where there may be no event.
const ranked = view('ranked', orders)
  .window(tumbling('1 hour'))
  .aggregate((e) => ({
    largest: argMax(e.order_id, e.amount),
    noted: argMin(e.note, e.at),
    discounted: argMax(e.status, e.discount),
    top: topN(e.order_id, { by: e.at, n: 3 }),
    some: collect(e.amount, { limit: 5 }),
    paid: every(e.paid),
    slope: regressionSlope(e.amount, e.discount),
  }));
type Ranked = RowOf<typeof ranked>;
same<Ranked['largest'], string>(true);
same<Ranked['noted'], string | null>(true);
same<Ranked['discounted'], 'open' | 'paid' | 'sent' | null>(true);
same<Ranked['top'], { readonly value: string; readonly by: string }[]>(true);
same<Ranked['some'], number[]>(true);
