import type { InputStatus, LiveStatus, ReloadStatus } from '../../../runtime/live-status.ts';
import { inputText, isReplayFinished, reloadLines } from '../../../runtime/terminal/input-text.ts';
import { renderLines } from '../../../runtime/terminal/render-lines.ts';
import { renderLive } from '../../../runtime/terminal/render-live.ts';
import { stream, traffic } from './status-fixture.ts';

const NOW = Date.parse('2026-03-01T12:00:00Z');
const tail = { kind: 'tail', file: 'access.log', sent: 1234, resumedAt: 0, behindBytes: 0, problem: null } as const;
const stdin = { kind: 'stdin', sent: 1, waiting: 0, done: false } as const;

function statusOf(inputs: readonly InputStatus[], more: Partial<LiveStatus> = {}): LiveStatus {
  const live = { ...stream, replay: null, inputs };
  const url = 'http://127.0.0.1:8787';
  return { pipeline: 'p', nowMs: NOW, url, store: 's.db', streams: [live], views: [traffic], ...more };
}

const screen = (status: LiveStatus) => renderLive(status, { columns: 100, rows: 30, color: false });

test.each<[InputStatus, string]>([
  [tail, 'tail access.log: 1,234 lines'],
  [{ ...tail, sent: 0, resumedAt: 5000 }, 'tail access.log: 0 lines, resumed at line 5,000'],
  [{ ...tail, behindBytes: 999 }, 'tail access.log: 1,234 lines, 999 bytes behind'],
  [{ ...tail, behindBytes: 3_400_000 }, 'tail access.log: 1,234 lines, 3.4 MB behind'],
  [{ ...tail, problem: 'The file access.log is not there yet.' }, 'The file access.log is not there yet.'],
  [stdin, 'standard input: 1 line'],
  [{ ...stdin, sent: 5, waiting: 10 }, 'standard input: 5 lines, 10 waiting'],
  [{ ...stdin, done: true }, 'standard input: 1 line, at its end'],
])('%j is told as %s', (input, text) => {
  expect(inputText(input)).toBe(text);
});

test('the screen shows what fills a stream, and where events can be sent to', () => {
  const shown = screen(statusOf([tail, stdin]));
  expect(shown).toContain('POST /streams/requests/events');
  expect(shown).toContain('   tail access.log: 1,234 lines\n   standard input: 1 line');
  expect(screen(statusOf([], { url: null }))).not.toContain('POST');
});

describe('a reload', () => {
  const loaded: ReloadStatus = { state: 'loaded', atMs: NOW, changes: ["View 'a' is new.", "View 'b' goes on."] };
  const failed: ReloadStatus = { state: 'failed', atMs: NOW, message: 'p.ts:3: No such field.' };
  const texts = (reload: ReloadStatus, nowMs: number) =>
    reloadLines(statusOf([], { reload, nowMs })).map((line) => line.map(({ text }) => text).join(''));

  test('is on the screen for a minute', () => {
    expect(texts(loaded, NOW + 59_999)).toEqual([
      " The pipeline was loaded again. View 'a' is new.",
      " View 'b' goes on.",
    ]);
    expect(texts(loaded, NOW + 60_000)).toEqual([]);
  });

  test('of many views tells of the first ones, and how many more there are', () => {
    const changes = Array.from({ length: 40 }, (_, index) => `View 'v${index}' goes on.`);
    expect(texts({ ...loaded, changes }, NOW).slice(-2)).toEqual([" View 'v4' goes on.", ' And 35 more.']);
  });

  test('that failed is there until it is mended', () => {
    const sentence = ' The saved pipeline does not run, and what was there before goes on. p.ts:3: No such field.';
    expect(texts(failed, NOW + 3_600_000)).toEqual([sentence]);
    expect(screen(statusOf([], { reload: failed }))).toContain(sentence);
  });

  test('is told once in lines', () => {
    const before = statusOf([]);
    const after = statusOf([], { reload: loaded });
    expect(renderLines(before, after)).toEqual([
      "The pipeline was loaded again. View 'a' is new.",
      "View 'b' goes on.",
    ]);
    expect(renderLines(after, after)).toEqual([]);
    const later = { ...failed, atMs: NOW + 1 };
    expect(renderLines(after, statusOf([], { reload: later }))).toHaveLength(1);
  });
});

test('lines tell of a file that cannot be read and of one that can again, and of the end of standard input', () => {
  const missing = { ...tail, problem: 'The file access.log is not there yet.' };
  const told = (before: readonly InputStatus[], after: readonly InputStatus[]) =>
    renderLines(statusOf(before), statusOf(after));
  expect(told([tail], [missing])).toEqual(['requests: The file access.log is not there yet.']);
  expect(told([missing], [missing])).toEqual([]);
  expect(told([missing], [tail])).toEqual(['requests: tail access.log: 1,234 lines']);
  expect(told([stdin], [{ ...stdin, sent: 7 }])).toEqual([]);
  expect(told([stdin], [{ ...stdin, done: true }])).toEqual(['requests: standard input: 1 line, at its end']);
});

describe('a replay that is finished', () => {
  const shards = stream.shards.map((shard) => ({ ...shard, lag: 0 }));
  const replay = { ...(stream.replay as NonNullable<typeof stream.replay>), sent: 10_000, done: true };
  const finished = { ...stream, shards, replay };

  test('is told, with what to do next', () => {
    const status = { ...statusOf([]), streams: [finished] };
    const sentences = [
      'Replay finished: every line was sent. Stop, and start with --fresh, to see it again.',
      'Send events of your own: POST http://127.0.0.1:8787/streams/requests/events',
    ];
    for (const sentence of sentences) expect(screen(status)).toContain(sentence);
    expect(renderLines({ ...status, streams: [stream] }, status)).toEqual(expect.arrayContaining(sentences));
    expect(renderLines(status, status)).toEqual([]);
  });

  test('is not, while events wait or another input goes on', () => {
    expect(isReplayFinished({ streams: [finished] })).toBe(true);
    expect(isReplayFinished({ streams: [stream] })).toBe(false);
    expect(isReplayFinished({ streams: [{ ...finished, shards: stream.shards }] })).toBe(false);
    expect(isReplayFinished({ streams: [{ ...finished, inputs: [tail] }] })).toBe(false);
    expect(isReplayFinished({ streams: [{ ...finished, replay: null }] })).toBe(false);
  });
});
