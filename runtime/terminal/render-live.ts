import type { LiveStatus, StreamStatus } from '../live-status.ts';
import { alertLine } from './alert-line.ts';
import { bar } from './bar.ts';
import { formatCount, formatWatermark } from './format.ts';
import { finishedSentences, inputLine, isReplayFinished, reloadLines } from './input-text.ts';
import { justify, type Line, renderLine, type Span } from './text.ts';
import { viewLines } from './view-table.ts';
import { wantedLines } from './window-blocks.ts';

export interface ScreenSize {
  readonly columns: number;
  readonly rows: number;
  readonly color: boolean;
  /** False leaves out the hint on the last line and the empty lines above it: for a frame that stays. True unless set. */
  readonly footer?: boolean;
}

/**
 * One full screen: what the pipeline has read, and what it has made of it. At most `rows` lines, none wider than
 * `columns`; control characters in data are shown as escapes.
 */
export function renderLive(status: LiveStatus, { columns, rows, color, footer = true }: ScreenSize): string {
  const alerts = (status.alerts ?? []).slice(rows < 24 ? -1 : 0).map(alertLine);
  const header = [
    pipelineLine(status, columns),
    ...reloadLines(status),
    ...status.streams.flatMap((stream) => streamLines(stream, status, columns)),
    ...alerts,
  ];
  const hints = hintLines(status);
  const hint: Line[] = !footer ? [] : rows >= 24 ? [[], ...hints] : rows >= 18 ? hints.slice(0, 1) : [];
  const room = rows - header.length - hint.length - 1;
  const body = viewsLines(status, columns, Math.max(0, room));
  const blank = room > 0 && body.length > 0 ? [[]] : [];
  const upper = [...header, ...blank, ...body];
  const filler = Array.from({ length: Math.max(0, footer ? rows - upper.length - hint.length : 0) }, (): Line => []);
  return [...upper, ...filler, ...hint]
    .slice(0, rows)
    .map((line) => renderLine(line, columns, color))
    .join('\n');
}

function pipelineLine(status: LiveStatus, columns: number): Line {
  const left: Line = [
    { text: ' streamgauge ', style: 'strong' },
    { text: status.pipeline, style: 'accent' },
  ];
  return status.url === null ? left : justify(left, [{ text: `${status.url} ` }], columns);
}

function hintLines(status: LiveStatus): Line[] {
  if (!isReplayFinished(status))
    return [[{ text: ` Ctrl+C stops; the state stays in ${status.store}`, style: 'faint' }]];
  return finishedSentences(status).map((sentence): Line => [{ text: ` ${sentence}`, style: 'good' }]);
}

function streamLines(stream: StreamStatus, { url }: LiveStatus, columns: number): Line[] {
  const inputs = stream.inputs.map(inputLine);
  return [replayLine(stream, url, columns), ...inputs, paceLine(stream, columns), counterLine(stream, columns)];
}

function replayLine({ name, replay, counters }: StreamStatus, url: string | null, columns: number): Line {
  const title: Line = [{ text: ' ' }, { text: name, style: 'strong' }, { text: '  ' }];
  if (replay === null) {
    const left = [...title, { text: `${formatCount(counters.delivered)} events` }];
    return url === null ? left : justify(left, [{ text: `POST /streams/${name}/events `, style: 'faint' }], columns);
  }
  const share = replay.total === 0 ? 1 : replay.sent / replay.total;
  const counts = replay.done
    ? `  all ${formatCount(replay.total)} lines sent `
    : `  ${Math.floor(100 * share)} %  ${formatCount(replay.sent)} of ${formatCount(replay.total)} lines `;
  const cells = Math.max(8, Math.min(80, columns - name.length - 3 - counts.length));
  return [...title, ...bar(cells, share, share, replay.done ? 'good' : 'accent'), { text: counts }];
}

/** What matters least is last, and left out where it does not fit. */
function paceLine({ eventsPerSecond, watermarkMs, shards, replay }: StreamStatus, columns: number): Line {
  const waiting = shards.reduce((sum, shard) => sum + shard.lag, 0);
  const parts = [
    `${formatCount(Math.round(eventsPerSecond))} events/s`,
    `watermark ${formatWatermark(watermarkMs)}`,
    ...(waiting > 0 ? [`${formatCount(waiting)} waiting`] : []),
    `${formatCount(shards.length)} shard${shards.length === 1 ? '' : 's'}`,
    ...(replay !== null && replay.resumedAt > 0 ? [`resumed at line ${formatCount(replay.resumedAt)}`] : []),
  ];
  while (parts.length > 1 && 3 + parts.join(' · ').length > columns) parts.pop();
  return [{ text: `   ${parts.join(' · ')}` }];
}

/** Every delivered event is one of these. */
function counterLine({ counters, deadByReason, replay }: StreamStatus, columns: number): Line {
  const { accepted, late, dead, duplicate, discarded } = counters;
  const reasons = Object.entries(deadByReason)
    .filter(([, count]) => count > 0)
    .map(([reason, count]) => `${reason} ${formatCount(count)}`);
  const line: Line = [
    { text: '   ' },
    { text: `${formatCount(accepted)} accepted`, style: accepted > 0 ? 'good' : 'faint' },
    ...counter(`${formatCount(late)} late`, late, 'warning'),
    ...(duplicate > 0 ? counter(`${formatCount(duplicate)} duplicate`, duplicate, 'warning') : []),
    ...(discarded > 0 ? counter(`${formatCount(discarded)} discarded`, discarded, 'bad') : []),
    // Last, because the reasons may not fit.
    ...counter(`${formatCount(dead)} dead${reasons.length > 0 ? ` (${reasons.join(', ')})` : ''}`, dead, 'bad'),
  ];
  return replay === null ? line : justify(line, [{ text: `${fileName(replay.file)} `, style: 'faint' }], columns);
}

function fileName(path: string): string {
  return path.split(/[/\\]/).at(-1) ?? path;
}

function counter(text: string, count: number, style: 'warning' | 'bad'): Span[] {
  return [
    { text: ' · ', style: 'faint' },
    { text, style: count > 0 ? style : 'faint' },
  ];
}

/** Shares the lines that are left among the views: first a title each, then a head and a row, then gaps, then rows. */
function viewsLines(status: LiveStatus, columns: number, room: number): Line[] {
  const { views } = status;
  if (room === 0) return [];
  const shown = views.length <= room ? views : views.slice(0, room - 1);
  const heights = shown.map(() => 1);
  let left = room - shown.length - (shown.length < views.length ? 1 : 0);
  const wanted = shown.map((view) => (wantedLines(view) === 0 ? 1 : wantedLines(view) + 2));
  shown.forEach((_, index) => {
    if (left < 2 || (wanted[index] as number) < 3) return;
    heights[index] = 3;
    left -= 2;
  });
  const gaps = shown.length > 1 && left >= shown.length - 1;
  if (gaps) left -= shown.length - 1;
  for (let grown = true; grown && left > 0; ) {
    grown = false;
    for (let index = 0; index < shown.length && left > 0; index++) {
      const height = heights[index] as number;
      if (height < 3 || height >= (wanted[index] as number)) continue;
      heights[index] = height + 1;
      left--;
      grown = true;
    }
  }
  const lines = shown.flatMap((view, index) => {
    const stream = status.streams.find((candidate) => candidate.name === view.stream);
    const own = viewLines(view, stream, columns, heights[index] as number);
    return gaps && index > 0 ? [[], ...own] : own;
  });
  if (shown.length === views.length) return lines;
  const hidden = views.length - shown.length;
  return [...lines, [{ text: ` and ${hidden} more view${hidden === 1 ? '' : 's'}`, style: 'faint' }]];
}
