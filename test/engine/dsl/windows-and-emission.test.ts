import { count, global, session, sliding, stream, Timestamp, Type, tumbling, view } from 'streamgauge';
import { streamsOf, upstreamsOf } from '../../../engine/ir/source-definition.ts';
import { definitionOf } from './definition-of.ts';
import { js, refusal, type Untyped } from './untyped.ts';

const events = stream('events', {
  schema: Type.Object({ id: Type.String(), n: Type.Number(), at: Timestamp() }),
  eventTime: 'at',
  partitionKey: 'id',
  maxLateness: '1 minute',
});
const minute = tumbling('1 minute');
const counted = view('counted', events)
  .window(minute)
  .groupBy('id')
  .aggregate(() => ({ n: count() }));
const raw = js.view('v', events);

describe('windows', () => {
  test('are data', () => {
    expect(sliding({ size: '10 seconds', slide: '5 seconds', offset: '7 seconds' })).toEqual({
      kind: 'sliding',
      sizeMs: 10_000,
      slideMs: 5000,
      offsetMs: 2000,
    });
    expect(session({ gap: '30 minutes' })).toEqual({ kind: 'session', gapMs: 1_800_000 });
    expect(global({ emitEvery: '10 seconds' })).toEqual({ kind: 'global', emitEveryMs: 10_000 });
  });

  test.each([
    [
      () => js.sliding({ size: '1 hour', slide: '0 seconds' }),
      "sliding({ slide }) is '0 seconds': it must be at least 1 ms",
    ],
    [
      () => js.sliding({ size: '1 day', slide: '1 second' }),
      'has 86400 windows at every moment, and at most 1500 are taken',
    ],
    [() => js.sliding({ size: '1 hour' }), 'sliding({ slide }) is missing'],
    [() => js.session({ gap: '0 ms' }), "session({ gap }) is '0 ms': it must be at least 1 ms"],
    [() => js.session('5 minutes'), 'session(…) needs its settings as an object'],
    [() => js.global({ every: '5 minutes' }), "global(…) has no setting 'every'"],
  ])('are refused where they cannot be meant: case %#', (define, message) => {
    expect(refusal(define)).toContain(message);
  });
});

describe('emission is refused', () => {
  test.each([
    [
      global({ emitEvery: '1 minute' }),
      { allowedLateness: '1 minute' },
      'allowedLateness is set, and nothing is late for a global window',
    ],
    [
      global({ emitEvery: '1 minute' }),
      { lateEvents: 'drop' },
      'lateEvents is set, and nothing is late for a global window',
    ],
    [session({ gap: '1 minute' }), { emit: 'complete' }, 'each session is a window of one group'],
    [
      minute,
      { emit: 'complete', buckets: 2 },
      "emit is 'complete', which makes one table of all groups, and buckets is 2",
    ],
    [
      global({ emitEvery: '1 minute' }),
      { keepRows: '90 days' },
      'keepRows is set, and a global window has one row a group, which is replaced and always current',
    ],
    [minute, { emit: 'always' }, "emit is 'always': it must be 'onClose' or 'onUpdate' or 'complete'"],
  ])('where it contradicts the window: case %#', (window, emission, message) => {
    expect(refusal(() => raw.window(window, emission).aggregate(() => ({ n: js.count() })))).toContain(message);
  });

  test('for a view of a view that would have a lateness of its own', () => {
    const late = () => js.view('hourly', counted).window(tumbling('1 hour'), { allowedLateness: '1 hour' });
    expect(refusal(() => late().aggregate(() => ({ n: js.count() })))).toContain(
      "a view of a view has that of its source: its rows are revised as those of 'counted' are",
    );
  });
});

describe('keepRows', () => {
  const keptMs = (emission: object) =>
    definitionOf(raw.window(minute, emission).aggregate(() => ({ n: js.count() }))).keepRowsMs;

  test('is for ever unless set', () => {
    expect(keptMs({})).toBeNull();
    expect(keptMs({ keepRows: 'forever' })).toBeNull();
    expect(keptMs({ keepRows: '90 days' })).toBe(90 * 86_400_000);
    expect(keptMs({ keepRows: '3660 days' })).toBe(3660 * 86_400_000);
  });

  test('is at least a day longer than late events may revise a row', () => {
    expect(keptMs({ keepRows: '25 hours', allowedLateness: '1 hour' })).toBe(25 * 3_600_000);
    expect(refusal(() => keptMs({ keepRows: '24 hours', allowedLateness: '1 hour' }))).toContain(
      "view 'v', window(): keepRows is '24 hours', and must be at least '25 hours': a day longer than the allowed lateness",
    );
    expect(refusal(() => keptMs({ keepRows: '23 hours' }))).toContain("must be at least '1 day'");
  });

  test('of a view of a view goes by the lateness of the view that its rows begin with', () => {
    const late = js
      .view('late', events)
      .window(minute, { allowedLateness: '2 days' })
      .aggregate(() => ({ n: js.count() }));
    const hourly = js.view('hourly', late).window(tumbling('1 hour'), { keepRows: '2 days' });
    expect(refusal(() => hourly.aggregate(() => ({ n: js.count() })))).toContain("must be at least '3 days'");
  });

  test.each([
    ['3661 days', "keepRows is '3661 days': it must be at least 1 ms and at most 3660 days"],
    ['always', "keepRows is 'always', which is not a duration"],
  ])('is no %s', (keepRows, message) => {
    expect(refusal(() => keptMs({ keepRows }))).toContain(message);
  });
});

describe('a view of a view', () => {
  test('knows the stream at the bottom, and takes the columns of the rows', () => {
    const hourly = definitionOf(
      js
        .view('hourly', counted)
        .window(tumbling('1 hour'))
        .groupBy('id')
        .aggregate((row: Untyped) => ({ all: js.sum(row.n) })),
    );
    expect([streamsOf(hourly.source), upstreamsOf(hourly.source)].map((all) => all.map(({ name }) => name))).toEqual([
      ['events'],
      ['counted'],
    ]);
  });

  test('takes totals into windows that have a last one, each of its own', () => {
    const totals = raw.window(global({ emitEvery: '1 minute' })).aggregate(() => ({ n: js.count() }));
    const over = () => js.view('over', totals);
    const why = (window: unknown) => refusal(() => over().window(window));
    expect(why(sliding({ size: '2 minutes', slide: '1 minute' }))).toBe(
      "view 'over', window(): its source is the totals of view 'v', of which a window counts each group's last one, and sliding windows share their parts. Use windows such as tumbling('1 hour').",
    );
    expect(why(session({ gap: '1 minute' }))).toContain('and nobody knows where a session ends before it has ended.');
    expect(why(global({ emitEvery: '1 minute' }))).toContain('and a window without an end has no last total.');
    expect(refusal(() => over().select(['n']))).toContain(
      "view 'over', select(): its source is the totals of view 'v'",
    );
    expect(refusal(() => js.union('both', [totals, counted]))).toContain(
      "its source is view 'v' with global windows, and its rows are replaced as events come.",
    );
    expect(
      definitionOf(
        over()
          .window(minute)
          .aggregate(() => ({ n: js.count() })),
      ).source.kind,
    ).toBe('view');
  });

  test.each([session({ gap: '1 minute' }), global({ emitEvery: '1 minute' })])(
    'of $kind windows has no lateness: their rows come when they change no more',
    (window) => {
      const source = raw.window(window).aggregate(() => ({ n: js.count() }));
      expect(
        refusal(() =>
          js
            .view('over', source)
            .window(minute, { allowedLateness: '1 hour' })
            .aggregate(() => ({ n: js.count() })),
        ),
      ).toContain(
        "allowedLateness is set, and rows of 'v' come when they change no more: none of them is late. Leave it out.",
      );
    },
  );

  test('needs its source in the pipeline', () => {
    const over = js
      .view('over', counted)
      .window(minute)
      .aggregate(() => ({ n: js.count() }));
    expect(refusal(() => js.pipeline('p', [over]))).toContain(
      "view 'over' takes the rows of view 'counted', which is not in the list",
    );
  });
});

describe('rows for empty windows', () => {
  test.each([
    [
      minute,
      { keepGroupsFor: 3 },
      'keepGroupsFor is set, and a group without events has no rows here. Set emptyWindows',
    ],
    [
      minute,
      { emptyWindows: 'zero', keepGroupsFor: 0 },
      'keepGroupsFor is 0: it must be a whole number from 1 to 1,000',
    ],
    [minute, { emptyWindows: 'zero', keepGroupsFor: 1001 }, 'keepGroupsFor is 1001: it must be'],
    [minute, { emptyWindows: 'null' }, "emptyWindows is 'null': it must be 'skip' or 'zero'"],
    [minute, { emptyWindows: 'zero', emit: 'complete' }, "emptyWindows is 'zero' and emit is 'complete'"],
    [session({ gap: '1 minute' }), { emptyWindows: 'zero' }, 'and session windows move and merge as events come'],
    [global({ emitEvery: '1 minute' }), { emptyWindows: 'zero' }, 'and a group has one row in a global window'],
  ])('are refused where they have no meaning: case %#', (window, emission, message) => {
    expect(refusal(() => raw.window(window, emission).aggregate(() => ({ n: js.count() })))).toContain(message);
  });

  test('are kept for 12 windows unless set, and none unless asked for', () => {
    const settings = (emission: object) => {
      const { emptyWindows, keepGroupsForWindows } = definitionOf(
        raw.window(minute, emission).aggregate(() => ({ n: js.count() })),
      );
      return [emptyWindows, keepGroupsForWindows];
    };
    expect(settings({})[0]).toBe('skip');
    expect(settings({ emptyWindows: 'zero' })).toEqual(['zero', 12]);
    expect(settings({ emptyWindows: 'zero', keepGroupsFor: 1000 })).toEqual(['zero', 1000]);
  });

  test('make null an answer of what is null of nothing', () => {
    const nullable = (emission: object) => {
      const complete = raw
        .window(minute, emission)
        .aggregate((e: Untyped) => ({ n: js.count(), m: js.mean(e.n), s: js.sum(e.n) }));
      return definitionOf(complete).aggregates.map(({ column }) => column.type.nullable);
    };
    expect(nullable({})).toEqual([false, false, false]);
    expect(nullable({ emptyWindows: 'zero' })).toEqual([false, true, false]);
  });
});

describe('aggregates over rows are refused', () => {
  const rolling = (change: (row: Untyped) => unknown) => () =>
    js
      .view('v', events)
      .window(minute)
      .aggregate((e: Untyped) => ({ n: js.count(), total: js.sum(e.n) }))
      .derive((row: Untyped) => ({ x: change(row) }));
  test.each([
    [rolling((row) => js.mean(row.n).over({ windows: 1 })), 'windows is 1: it must be a whole number from 2 to 500'],
    [
      rolling((row) => js.count(row.n).over({ windows: 3 })),
      "count(…).over(…): it does not go over a group's last rows, as mean(row.x) and sum(row.x) do.",
    ],
    [
      rolling((row) => js.mean(row.n).where(row.n.gt(1)).over({ windows: 3 })),
      'an aggregate over rows has no .where(…)',
    ],
    [
      rolling((row) => js.mean(js.sum(row.n).over({ windows: 2 })).over({ windows: 2 })),
      'not one that goes over rows again',
    ],
    [
      () => raw.derive((e: Untyped) => ({ x: js.mean(e.n).over({ windows: 2 }) })),
      'Use it in the .derive(…) after .aggregate(…)',
    ],
  ])('where they have no meaning: case %#', (define, message) => {
    expect(refusal(define as () => unknown)).toContain(message);
  });

  test('on sessions and totals, whose rows move', () => {
    const sessions = raw.window(session({ gap: '1 minute' })).aggregate(() => ({ n: js.count() }));
    expect(refusal(() => sessions.derive((row: Untyped) => ({ x: js.mean(row.n).over({ windows: 2 }) })))).toContain(
      "needs windows in a fixed order, and session windows move and merge as events come. Use windows such as tumbling('5 minutes').",
    );
  });
});

describe('dedupe', () => {
  const settings = {
    schema: Type.Object({ id: Type.String(), flag: Type.Boolean(), at: Timestamp() }),
    eventTime: 'at',
    partitionKey: 'id',
    maxLateness: '1 minute',
  };
  test('goes by the event id, or by a field of its own', () => {
    const by = (more: object) => (js.stream('s', { ...settings, ...more }) as unknown as { dedupe: unknown }).dedupe;
    expect(by({ eventId: 'id', dedupe: { within: '1 hour' } })).toEqual({ by: 'id', withinMs: 3_600_000 });
    expect(by({ dedupe: { by: 'id', within: '1 hour' } })).toEqual({ by: 'id', withinMs: 3_600_000 });
    expect(by({})).toBeNull();
  });

  test.each([
    [{ within: '1 hour' }, 'dedupe needs a field that identifies an event'],
    [{ by: 'flag', within: '1 hour' }, "dedupe.by is 'flag', which is a boolean"],
    [{ by: 'id' }, 'dedupe.within is missing'],
    [{ by: 'id', within: '1 hour', window: 1 }, "dedupe has no setting 'window'"],
  ])('is refused with %j', (dedupe, message) => {
    expect(refusal(() => js.stream('s', { ...settings, dedupe }))).toContain(message);
  });
});
