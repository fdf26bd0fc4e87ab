import { count, sum, tumbling, view } from 'streamgauge';
import { orders } from '../../types/orders.ts';
import { definitionOf } from './definition-of.ts';
import { refusal } from './untyped.ts';

const raw = view('v', orders);
const hourly = raw.window(tumbling('1 hour'));
const countOf = (filtered: typeof raw) => filtered.window(tumbling('1 hour')).aggregate(() => ({ n: count() }));
const counts = hourly.aggregate(() => ({ n: count() }));

const UNUSED =
  "view 'v', where(): an expression is made and used by nothing. JavaScript's && and ! do not work on expressions: write a.and(b) and a.not().";
const OR =
  "view 'v', where(): JavaScript's || does not work on expressions: it is always its left side. Write a.or(b).";

describe('what TypeScript lets through is refused at load:', () => {
  test('a && b of two conditions', () => {
    expect(refusal(() => raw.where((e) => e.amount.gt(1) && e.items.gt(2)))).toBe(UNUSED);
  });

  test('a && b of a condition and a field', () => {
    expect(refusal(() => raw.where((e) => e.amount.gt(1) && e.paid))).toBe(UNUSED);
  });

  test('a && b of a field and a condition', () => {
    expect(refusal(() => raw.where((e) => e.paid && e.amount.gt(1)))).toContain("view 'v', where()");
  });

  test('a && b of two fields', () => {
    expect(refusal(() => raw.where((e) => e.paid && e.gift))).toContain("view 'v', where()");
  });

  test('a || b', () => {
    expect(refusal(() => raw.where((e) => e.amount.gt(1) || e.paid))).toBe(OR);
    expect(refusal(() => raw.where((e) => e.paid || e.gift))).toBe(OR);
    expect(refusal(() => raw.where((e) => e.paid.and(e.gift || e.paid)))).toBe(OR);
  });

  test('a ?? b, which is always a: for what is null there is coalesce()', () => {
    expect(refusal(() => raw.derive((e) => ({ x: e.discount ?? e.amount })))).toContain("view 'v', derive()");
    expect(refusal(() => hourly.aggregate((e) => ({ x: sum(e.discount ?? 0) })))).toContain("view 'v', aggregate()");
  });

  test('!a', () => {
    expect(refusal(() => raw.where((e) => !e.paid as never))).toBe(
      "view 'v', where() was given the boolean false, and needs an expression such as e.amount or e.status.gte(500).",
    );
  });

  test('a === b', () => {
    expect(refusal(() => raw.where((e) => ((e.status as unknown) === 'open') as never))).toContain(
      "view 'v', where() was given the boolean false",
    );
  });

  test('a ? b : c, which is always b', () => {
    expect(refusal(() => raw.derive((e) => ({ x: e.amount.gt(1) ? e.amount : e.items })))).toContain(
      "view 'v', derive(): an expression is made and used by nothing.",
    );
  });

  test('&& in the filter of an aggregate', () => {
    expect(refusal(() => hourly.aggregate((e) => ({ n: count().where(e.amount.gt(1) && e.items.gt(2)) })))).toContain(
      "view 'v', aggregate(): an expression is made and used by nothing.",
    );
  });

  test('|| in columns of rows', () => {
    expect(refusal(() => counts.derive((row) => ({ x: row.n.gt(1) || row.n.gt(2) })))).toContain(
      "view 'v', derive(): JavaScript's || does not work on expressions",
    );
  });

  test('an expression that is made and forgotten', () => {
    const forgetful = () =>
      raw.where((e) => {
        e.amount.gt(1);
        return e.paid;
      });
    expect(refusal(forgetful)).toBe(UNUSED);
  });
});

describe('what is no mistake is taken:', () => {
  const steps = (complete: unknown) => definitionOf(complete).steps.length;

  test('|| and && in texts and comments', () => {
    const texts = raw
      .where((e) => e.note.eq("a || 'b' && c"))
      .where((e) => e.note.eq('"x" || `y`'))
      .where((e) => e.note.eq(`a || b`))
      .where((e) => /* a || b, don't */ e.paid)
      .where((e) => {
        // It's a || b, isn't it?
        return e.paid;
      });
    expect(steps(countOf(texts))).toBe(5);
  });

  test('one expression used twice', () => {
    const big = raw.derive((e) => {
      const net = e.amount.sub(e.items);
      return { net, doubled: net.mul(2), is_big: net.gt(100).and(net.lt(1000)) };
    });
    expect(steps(countOf(big as never))).toBe(3);
  });

  test('expressions from functions and loops of one’s own', () => {
    const statuses = ['open', 'paid'] as const;
    const view = raw.where((e) => {
      const [first, ...rest] = statuses.map((status) => e.status.eq(status));
      return first ? first.or(...rest) : e.paid;
    });
    expect(steps(countOf(view))).toBe(1);
  });

  test('a view after one that failed', () => {
    refusal(() => raw.where((e) => e.amount.gt(1) && e.items.gt(2)));
    expect(() =>
      raw.where(() => {
        throw new RangeError('of the callback itself');
      }),
    ).toThrow(RangeError);
    expect(steps(countOf(raw.where((e) => e.amount.gt(1))))).toBe(1);
  });

  test('a view that is made in the callback of another', () => {
    const outer = raw.where((e) => {
      const isBig = e.amount.gt(1);
      countOf(raw.where((inner) => inner.paid));
      return e.paid.and(isBig);
    });
    expect(steps(countOf(outer))).toBe(1);
  });

  test('an aggregate of events that was made outside, for several views', () => {
    const events = count();
    const counted = [raw, view('w', orders)].map((each) =>
      each.window(tumbling('1 hour')).aggregate((e) => ({ events, paid: events.where(e.paid) })),
    );
    expect(counted.map((each) => definitionOf(each).aggregates.length)).toEqual([2, 2]);
  });
});

test('what is forgotten after a view in the callback of another is refused', () => {
  const forgetful = () =>
    raw.where((e) => {
      countOf(raw.where((inner) => inner.amount.gt(1)));
      e.amount.gt(1);
      return e.paid;
    });
  expect(refusal(forgetful)).toBe(UNUSED);
});
