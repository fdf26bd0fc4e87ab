import { append } from '../../engine/lists/append.ts';
import type { InputStatus, LiveStatus, StreamStatus, TailStatus, ViewStatus, WindowStatus } from '../live-status.ts';
import { formatCell, formatCount, formatWatermark, formatWindow } from './format.ts';
import { finishedSentences, inputText, isReplayFinished, reloadSentences } from './input-text.ts';
import { sanitize } from './text.ts';
import { groupLabel } from './view-table.ts';

const GROUPS_IN_A_LINE = 3;
const LONGEST_LINE = 400;

/**
 * What happened between two moments, one line each: for a log file or a pipe, where a screen cannot be redrawn. A line
 * for each window that closed, and one for a stream when its count reaches a round number, so that a line means
 * progress and never only that time went by. With null as `previous`, what the pipeline begins with.
 */
export function renderLines(previous: LiveStatus | null, status: LiveStatus): string[] {
  const lines = previous === null ? [startLine(status)] : [];
  if (status.reload && status.reload.atMs !== previous?.reload?.atMs) append(lines, reloadSentences(status.reload));
  for (const view of status.views) {
    const before = previous?.views.find((candidate) => candidate.name === view.name);
    append(lines, closedLines(before, view));
  }
  for (const stream of status.streams) {
    const before = previous?.streams.find((candidate) => candidate.name === stream.name);
    if (isWorthALine(before, stream)) lines.push(streamLine(stream));
    append(lines, inputLines(before, stream));
  }
  if (isReplayFinished(status) && (previous === null || !isReplayFinished(previous)))
    append(lines, finishedSentences(status));
  return lines.map((line) => sanitize(line.length > LONGEST_LINE ? `${line.slice(0, LONGEST_LINE - 1)}…` : line));
}

/** What keeps an input from being read, when that changes, and the end of one. */
function inputLines(before: StreamStatus | undefined, { name, inputs }: StreamStatus): string[] {
  return inputs.flatMap((input, index) => {
    const old = before?.inputs[index];
    const isTold = input.kind === 'tail' ? sameProblem(input, old) : !input.done || (old?.kind === 'stdin' && old.done);
    return isTold ? [] : [`${name}: ${inputText(input)}`];
  });
}

function sameProblem({ problem }: TailStatus, old: InputStatus | undefined): boolean {
  return problem === (old?.kind === 'tail' ? old.problem : null);
}

function startLine({ pipeline, url, store }: LiveStatus): string {
  return `pipeline ${pipeline}: state in ${store}${url === null ? '' : `, JSON at ${url}`}`;
}

/** Windows close in the order of event time, so what is later than all that were closed before is new. */
function closedLines(before: ViewStatus | undefined, view: ViewStatus): string[] {
  const latestBefore = before?.closed[0]?.startMs ?? Number.NEGATIVE_INFINITY;
  const fresh = view.closed.filter((window) => window.startMs > latestBefore).reverse();
  const missed = view.finalWindows - (before?.finalWindows ?? 0) - fresh.length;
  const summary =
    missed > 0 && fresh.length > 0 ? [`${view.name} closed ${formatCount(missed)} windows before this one`] : [];
  return [...summary, ...fresh.map((window) => windowLine(view, window))];
}

function windowLine(view: ViewStatus, window: WindowStatus): string {
  const day = new Date(window.startMs).toISOString().slice(0, 10);
  const head = `${view.name} closed ${day} ${formatWindow(window.startMs, window.endMs)}`;
  const rows = window.top.slice(0, view.groupBy.length === 0 ? 1 : GROUPS_IN_A_LINE).map((row) => {
    const numbers = view.columns.map((column) => `${column}=${formatCell(row[column])}`).join(' ');
    return view.groupBy.length === 0 ? numbers : `${groupLabel(view, row)} ${numbers}`;
  });
  if (view.groupBy.length === 0) return `${head}: ${rows.join('')}`;
  const more = window.groups > rows.length ? '; …' : '';
  return `${head}, ${formatCount(window.groups)} group${window.groups === 1 ? '' : 's'}: ${rows.join('; ')}${more}`;
}

function isWorthALine(before: StreamStatus | undefined, stream: StreamStatus): boolean {
  if (before === undefined) return stream.counters.delivered > 0;
  const passed = (now: number, then: number, from: number) => milestone(now, from) > milestone(then, from);
  return (
    passed(stream.counters.delivered, before.counters.delivered, 1000) ||
    passed(stream.counters.dead, before.counters.dead, 1) ||
    passed(stream.counters.late, before.counters.late, 1) ||
    (stream.replay?.done === true && before.replay?.done !== true)
  );
}

/** The count with all digits but the first made 0: it rises nine times for each further digit. */
function milestone(count: number, from: number): number {
  if (count < from || count <= 0) return 0;
  const unit = 10 ** (String(Math.floor(count)).length - 1);
  return Math.floor(count / unit) * unit;
}

function streamLine({ name, counters, deadByReason, watermarkMs, replay }: StreamStatus): string {
  const { delivered, accepted, late, dead, duplicate, discarded } = counters;
  const reasons = Object.entries(deadByReason).map(([reason, count]) => `${reason} ${formatCount(count)}`);
  const parts = [
    `${formatCount(delivered)} events`,
    `${formatCount(accepted)} accepted`,
    `${formatCount(late)} late`,
    `${formatCount(dead)} dead${dead > 0 && reasons.length > 0 ? ` (${reasons.join(', ')})` : ''}`,
    ...(duplicate > 0 ? [`${formatCount(duplicate)} duplicate`] : []),
    ...(discarded > 0 ? [`${formatCount(discarded)} discarded`] : []),
    `watermark ${formatWatermark(watermarkMs)}`,
  ];
  const replayed = replay === null ? '' : `, ${formatCount(replay.sent)} of ${formatCount(replay.total)} lines sent`;
  return `${name}: ${parts.join(', ')}${replayed}`;
}
