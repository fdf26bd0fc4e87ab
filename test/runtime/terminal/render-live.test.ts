import * as fc from 'fast-check';
import type { LiveStatus } from '../../../runtime/live-status.ts';
import { renderLive } from '../../../runtime/terminal/render-live.ts';
import { displayWidth } from '../../../runtime/terminal/text.ts';
import { chooseBlocks, shareLines, wantedLines } from '../../../runtime/terminal/window-blocks.ts';
import { casesOf } from '../../support/random-cases.ts';
import { emptyStatus, paths, status, stream, traffic, windowAt } from './status-fixture.ts';

const SEED = 20_150_519;
const plain = (shown: LiveStatus, columns = 80, rows = 24) => renderLive(shown, { columns, rows, color: false });
// biome-ignore lint/suspicious/noControlCharactersInRegex: the sequences that this is about
const COLOR_SEQUENCES = /\u001b\[(?:\d+;?)*m/g;
const NOT_PRINTED = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u;

test('a frame of 80 by 24 shows the whole picture', () => {
  expect(`\n${plain(status)}\n`).toBe(`
 streamgauge weblog                                       http://127.0.0.1:8787
 requests  ━━━━━━━━━━━━━━━━━━━━━━━━───────────────  62 %  6,213 of 10,000 lines
   250 events/s · watermark 2015-05-19 07:06:00 UTC · 3 waiting · 2 shards
   6,209 accepted · 2 late · 2 dead (not_json 1, missing_field 1)

 traffic_5min  45 windows closed        19 May 07:05 ━━━━╍╍╍╍──────────── 07:10
   window                                  requests          bytes  error_share
 ▸ 19 May 07:05–07:10    ━━━━━━━━                50      1,234,567            –
          06:05–06:10    ━━━━━━━━━━━━━━━━       100  9,876,543,210        0.333
   18 May 23:05–23:10    ━━━━                    25              0        0.000

 paths_5min  45 windows, 3,210 rows     19 May 07:05 ━━━━╍╍╍╍──────────── 07:10
   window       path                                         requests  visitors
 ▸ 07:05–07:10  /favicon.ico       ━━━━━━━━━━━━━━╸                 12        11
     87 groups  /                  ━━━━━━━━━━━                      9         9
                /reset.css         ━━━━━                            4         4
   06:05–06:10  / (revision 3)     ━━━━━━━━━━━━━━━━━━━━━━━━        20        18
                null               ━                                1         1





 Ctrl+C stops; the state stays in .streamgauge/weblog.db
`);
});

test('the colours change nothing but the colours', () => {
  const colored = renderLive(status, { columns: 80, rows: 24, color: true });
  expect(colored).toContain('\u001b[');
  expect(colored.replaceAll(COLOR_SEQUENCES, '')).toBe(plain(status));
});

test('late events and dead letters stand out only where there are any', () => {
  const colored = renderLive(status, { columns: 80, rows: 24, color: true });
  expect(colored).toContain('\u001b[1;31m2 dead (not_json 1, missing_field 1)\u001b[0m');
  expect(colored).toContain('\u001b[33m2 late\u001b[0m');
  expect(renderLive(emptyStatus, { columns: 80, rows: 24, color: true })).toContain('\u001b[2m0 dead\u001b[0m');
});

test('more rows show more windows and groups', () => {
  const tall = plain(status, 100, 40);
  expect(tall).toContain('/reset.css');
  expect(tall).toContain('18 May 23:05–23:10');
  expect(tall.split('\n')).toHaveLength(40);
});

test('the number of groups is told where not all are shown', () => {
  expect(plain(status, 100, 40)).toContain('87 groups');
  expect(plain({ ...status, views: [paths] }, 100, 9)).toContain('/favicon.ico +86 more');
});

test('a revised row says so', () => {
  expect(plain(status, 100, 40)).toContain('/ (revision 3)');
  expect(plain(status, 100, 40)).not.toContain('revision 1');
});

test('before the first event there is a frame, too', () => {
  const frame = plain(emptyStatus);
  expect(frame).toContain('requests  0 events');
  expect(frame).toContain('watermark none yet');
  expect(frame.match(/no open window/g)).toHaveLength(2);
});

test('a finished replay says that all was sent, a resumed one where it went on', () => {
  const replay = { file: 'log.jsonl', sent: 10_000, total: 10_000, resumedAt: 6000, eventsPerSecond: 250, done: true };
  const frame = plain({ ...status, streams: [{ ...stream, replay }] }, 100);
  expect(frame).toContain('all 10,000 lines sent');
  expect(frame).toContain('resumed at line 6,000');
});

test('duplicate and discarded events show once there are any', () => {
  expect(plain(status)).not.toContain('duplicate');
  const counters = { ...stream.counters, duplicate: 1234, discarded: 5 };
  const frame = plain({ ...status, streams: [{ ...stream, counters }] });
  expect(frame).toContain('1,234 duplicate · 5 discarded · 2 dead');
});

test('columns that do not fit are left out from the right, never cut in the middle of a number', () => {
  const frame = plain({ ...status, views: [traffic] }, 50);
  expect(frame).toContain('9,876,543,210');
  expect(frame).not.toContain('error');
  expect(frame).toContain('bytes…');
});

test('on a screen of any height, every view is shown or counted, and the last line is the hint', () => {
  for (let count = 1; count <= 12; count++) {
    const views = Array.from({ length: count }, (_, index) => ({
      ...[traffic, paths][index % 2]!,
      name: `view_${index}`,
    }));
    for (let rows = 6; rows <= 60; rows++) {
      const lines = plain({ ...status, views }, 80, rows).split('\n');
      const shown = lines.filter((line) => line.startsWith(' view_')).length;
      const hidden = Number(/and (\d+) more view/.exec(lines.join('\n'))?.[1] ?? 0);
      expect({ rows, count, lines: lines.length, views: shown + hidden }).toEqual({
        rows,
        count,
        lines: rows,
        views: count,
      });
      if (rows >= 18) expect(lines.at(-1)).toContain('Ctrl+C stops');
    }
  }
});

test('on a screen of any width, rows are laid out to fit and not cut at the edge', () => {
  const wideFirst = { ...traffic, name: 'wide_first', columns: ['bytes', 'requests', 'error_share'] };
  const shown = { ...status, views: [traffic, paths, wideFirst] };
  for (let columns = 44; columns <= 160; columns++) {
    const rows = plain(shown, columns, 50)
      .split('\n')
      .filter((line) => /\d\d:\d5–/.test(line));
    expect(rows.length).toBeGreaterThan(3);
    for (const row of rows) {
      expect([columns, row]).toEqual([columns, expect.stringMatching(/(?:\d|–)$/)]);
      expect([columns, row]).toEqual([columns, expect.not.stringMatching(/\d…/)]);
    }
  }
});

test('text from events cannot act on the terminal', () => {
  const path = '/\u001b]0;title\u0007\u001b[2J\u202e\r\n';
  const hostile = { ...paths, open: [windowAt('19T07:05', 1, [{ path, requests: 1, visitors: 1 }])] };
  const frame = plain({ ...status, views: [hostile] }, 120);
  expect(frame).toContain('/\\x1b]0;title\\x07\\x1b[2J\\u{202e}\\r\\n');
  expect(frame.replaceAll('\n', '')).not.toMatch(NOT_PRINTED);
});

test('whatever is in the status and however small the screen, the frame stays within it', () => {
  const text = fc.string({ unit: 'binary', maxLength: 60 });
  const value = fc.oneof(text, fc.double({ noNaN: true }), fc.integer(), fc.constant(null));
  const window = fc.record({
    startMs: fc.integer({ min: 0, max: 4_000_000_000_000 }),
    endMs: fc.integer({ min: 0, max: 4_000_000_000_000 }),
    groups: fc.nat(1e9),
    value: fc.constant(null),
    revision: fc.nat(3),
    was: fc.constant(null),
    worst: fc.constant(null),
    top: fc.array(fc.record({ a: value, b: value, g: value, revision: fc.nat(3) }), { maxLength: 8 }),
  });
  const view = fc.record({
    name: text,
    stream: fc.constant('requests'),
    groupBy: fc.constantFrom([], ['g'], ['g', 'a']),
    columns: fc.constantFrom(['a', 'b'], ['b']),
    window: fc.constant({ kind: 'tumbling' as const, sizeMs: 300_000, offsetMs: 0 }),
    finalRows: fc.nat(),
    finalWindows: fc.nat(),
    changes: fc.nat(),
    state: fc.constant(null),
    stuck: fc.constant(null),
    closedUpToMs: fc.constant(null),
    open: fc.array(window, { maxLength: 3 }),
    closed: fc.array(window, { maxLength: 12 }),
  });
  const shown = fc.record({
    pipeline: text,
    nowMs: fc.constant(0),
    url: fc.option(text),
    store: text,
    streams: fc.array(
      fc.record({ name: text, file: text, reason: text, lag: fc.nat() }).map(({ name, file, reason, lag }) => ({
        ...stream,
        name,
        shards: [{ id: 'shard-0', watermarkMs: null, lag }],
        deadByReason: { [reason]: 1 },
        replay: { file, sent: 5, total: 0, resumedAt: 1, eventsPerSecond: 250, done: false },
      })),
      { maxLength: 3 },
    ),
    views: fc.array(view, { maxLength: 6 }),
  });
  fc.assert(
    fc.property(shown, fc.integer({ min: 1, max: 140 }), fc.integer({ min: 1, max: 60 }), (random, columns, rows) => {
      const lines = renderLive(random, { columns, rows, color: false }).split('\n');
      expect(lines.length).toBeLessThanOrEqual(rows);
      for (const line of lines) {
        expect(displayWidth(line)).toBeLessThanOrEqual(columns);
        expect(line).not.toMatch(NOT_PRINTED);
      }
      const colored = renderLive(random, { columns, rows, color: true });
      expect(
        colored
          .replaceAll(COLOR_SEQUENCES, '')
          .split('\n')
          .map((line) => line.trimEnd()),
      ).toEqual(lines.map((line) => line.trimEnd()));
    }),
    { seed: SEED, numRuns: casesOf(300) },
  );
});

describe('choosing what to show', () => {
  test('lines are shared in turn until every window has what it wants', () => {
    expect(shareLines([3, 1, 8], 6)).toEqual([3, 1, 2]);
    expect(shareLines([1, 1], 9)).toEqual([1, 1]);
    expect(shareLines([2, 2], 0)).toEqual([0, 0]);
  });

  test('the window that closes next comes first, then the latest closed one', () => {
    const [next] = paths.open;
    const later = windowAt('19T07:10', 1, [{ path: '/', requests: 1, visitors: 1 }]);
    const view = { ...paths, open: [next as typeof later, later] };
    expect(chooseBlocks(view, 1).map(({ window }) => window)).toEqual([next]);
    expect(chooseBlocks(view, 2).map(({ window }) => window)).toEqual([next, paths.closed[0]]);
  });

  test('windows are listed the latest first', () => {
    const starts = chooseBlocks(traffic, wantedLines(traffic)).map(({ window }) => window.startMs);
    expect(starts).toEqual([...starts].sort((a, b) => b - a));
    expect(starts).toHaveLength(3);
  });
});
