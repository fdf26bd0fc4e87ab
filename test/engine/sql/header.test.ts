import {
  approxCountDistinct,
  count,
  global,
  max,
  mean,
  quantile,
  session,
  sliding,
  stream,
  sum,
  Timestamp,
  Type,
  tumbling,
  view,
} from 'streamgauge';
import { duckdb } from '../../../engine/sql/duckdb.ts';
import { header } from '../../../engine/sql/header.ts';
import { definitionOf } from '../dsl/definition-of.ts';

const clicks = stream('clicks', {
  schema: Type.Object({ id: Type.String(), page: Type.String(), at: Timestamp(), received: Timestamp() }),
  eventTime: 'at',
  partitionKey: 'page',
  maxLateness: '0 ms',
  dedupe: { by: 'id', within: '90 seconds' },
});

const minutes = view('minutes', clicks)
  .window(tumbling('1 minute'), { allowedLateness: '1 hour' })
  .groupBy('page')
  .aggregate(() => ({ clicks: count() }))
  .derive((row) => ({ usual: mean(row.clicks).over({ windows: 10 }) }));

const OPEN = '- how far the stream has come: windows that are open have rows too;';
const LATE =
  "- late events: a stream leaves out of a window what comes after the watermark has passed the window's end + 1 hour;";
const FORGOTTEN = '- what a group forgets: columns that go over its rows start over after 1,000 windows without one;';

test.each<[string, unknown, string, readonly string[]]>([
  [
    'tumbling windows',
    minutes,
    'stream clicks in DuckDB SQL: one row for each window of 1 minute and page.',
    [OPEN, LATE, FORGOTTEN],
  ],
  [
    'sliding windows',
    view('lately', clicks)
      .window(sliding({ size: '1 hour', slide: '5 minutes' }), { allowedLateness: '1 hour' })
      .aggregate(() => ({ n: count() })),
    'stream clicks in DuckDB SQL: one row for each window of 1 hour every 5 minutes.',
    [OPEN, LATE],
  ],
  [
    'sessions',
    view('visits', clicks)
      .window(session({ gap: '30 minutes' }), { allowedLateness: '1 day' })
      .groupBy('page')
      .aggregate(() => ({ n: count() })),
    'stream clicks in DuckDB SQL: one row for each session with gaps of at most 30 minutes and page.',
    [
      '- how far the stream has come: sessions that are open have rows too;',
      "- late events: a stream leaves out what comes after the watermark has passed the event's time + 1 day;",
    ],
  ],
  [
    'totals',
    view('totals', clicks)
      .window(global({ emitEvery: '1 minute' }))
      .groupBy('page')
      .aggregate(() => ({ n: count() })),
    'stream clicks in DuckDB SQL: one row for each total and page.',
    ['- as of when: a stream counts an event that comes late into the interval that is current;'],
  ],
  [
    'windows over rows, which know what those do not',
    view('hourly', minutes)
      .window(tumbling('1 hour'))
      .aggregate((row) => ({ n: sum(row.clicks), most: max(row.usual) })),
    'the rows of view minutes in DuckDB SQL: one row for each window of 1 hour.',
    [OPEN, LATE, FORGOTTEN],
  ],
  [
    'totals of rows',
    view('all_minutes', minutes)
      .window(global({ emitEvery: '1 minute' }))
      .aggregate((row) => ({ n: sum(row.clicks) })),
    'the rows of view minutes in DuckDB SQL: one row for each total.',
    ['- as of when: a stream counts an event that comes late into the interval that is current;', LATE, FORGOTTEN],
  ],
])('of %s', (_name, ofView, source, items) => {
  const definition = definitionOf(ofView);
  const lines = [
    `View ${definition.name} of ${source}`,
    'Instants are milliseconds since 1970 until the last SELECT, which writes them as ISO-8601 text in UTC.',
    '',
    'It computes over all events that fit the schema, as if none had come late. What it cannot know:',
    ...items,
    '- when a duplicate came: it takes the earliest event of each id, a stream the one that comes first, which',
    '  it remembers for 90 seconds, shard by shard;',
    '- dead letters: it leaves out events without a required field or with an unreadable timestamp, but does not check',
    '  what else the schema asks of a value, nor how far an event time was ahead of the arrival.',
  ];
  expect(header(definition, duckdb)).toBe(lines.map((line) => `-- ${line}`.trimEnd()).join('\n'));
});

describe('columns that are approximate', () => {
  const load = view('load', clicks)
    .derive((e) => ({ age: e.received.msSince(e.at) }))
    .window(tumbling('1 minute'))
    .groupBy('page')
    .aggregate((e) => ({
      clicks: count(),
      tail: quantile(e.age, { q: 0.999, relativeError: 0.001 }),
      users: approxCountDistinct(e.id),
    }))
    .derive((row) => ({ by_user: row.clicks.div(row.users), even: row.clicks.gt(1) }));
  const linesOf = (ofView: unknown, exactDistinct = false) => {
    const lines = header(definitionOf(ofView), duckdb, { exactDistinct }).split('\n');
    const from = lines.indexOf("-- Columns that are approximate in the stream's rows:");
    return from < 0 ? [] : lines.slice(from + 1);
  };

  test('are listed with how far off they may be, also those that are made of them', () => {
    expect(linesOf(load)).toEqual([
      '-- - tail: exact up to 256 different values in a group and window, beyond that within 0.1 %,',
      '--   which doubles where the values are spread too wide. Exact here;',
      '-- - users: a relative standard error of 0.81 %. Of another algorithm here;',
      '-- - by_user: made of approximate columns.',
    ]);
    expect(linesOf(load, true)).toContain('-- - users: a relative standard error of 0.81 %. Exact here;');
  });

  test('are those of a view of a view too: by what it adds up, which rows it takes, and how it groups them', () => {
    const names = (ofView: unknown) => linesOf(ofView).flatMap((line) => /^-- - (\w+):/.exec(line)?.[1] ?? []);
    const hourly = view('hourly', load).window(tumbling('1 hour'));
    expect(names(hourly.aggregate((row) => ({ n: count(), clicks: sum(row.clicks), users: max(row.users) })))).toEqual([
      'users',
    ]);
    expect(names(hourly.aggregate((row) => ({ n: sum(row.clicks).where(row.by_user.gt(1)) })))).toEqual(['n']);
    const busy = view('busy', load)
      .where((row) => row.users.gt(9))
      .window(tumbling('1 hour'));
    expect(names(busy.aggregate(() => ({ n: count() })))).toEqual(['n']);
    expect(names(hourly.groupBy('users').aggregate(() => ({ n: count() })))).toEqual(['n']);
    const doubled = view('doubled', load)
      .derive((row) => ({ twice: row.users.mul(2) }))
      .window(tumbling('1 hour'));
    expect(names(doubled.aggregate((row) => ({ most: max(row.twice), n: count() })))).toEqual(['most']);
  });

  test('are none where all are exact', () => {
    expect(linesOf(minutes)).toEqual([]);
  });
});
