import { formatDuration } from '../ir/duration.ts';
import { containsRowOperator } from '../ir/node.ts';
import type { ViewDefinition } from '../ir/view-definition.ts';
import { MAX_REMEMBERED_GROUPS, ROW_MEMORY_WINDOWS } from '../plan/empty-windows.ts';
import type { Dialect } from './dialect.ts';

/**
 * What a statement says, and what it cannot know, as comments.
 *
 * @param isJudged the source has only what was an event when it arrived.
 */
export function header(view: ViewDefinition, dialect: Dialect, isJudged = false): string {
  const { stream, upstream, groupBy } = view;
  const groups = groupBy.map(({ name }) => ` and ${name}`).join('');
  const source = upstream === null ? `stream ${stream.name}` : `the rows of view ${upstream.name}`;
  const unknown = [
    ...whatIsOpen(view),
    ...whatIsLate(view),
    ...whatIsEmpty(view),
    ...whatIsForgotten(view),
    ...whatIsDuplicate(view),
    ...whatIsJudged(isJudged),
  ];
  const text = [
    `View ${view.name} of ${source} in ${dialect.name} SQL: one row for each ${windowInWords(view)}${groups}.`,
    'Instants are milliseconds since 1970 until the last SELECT, which writes them as ISO-8601 text in UTC.',
    '',
    'It computes over all events that fit the schema, as if none had come late. What it cannot know:',
    `${unknown.map((item) => `- ${item}`).join(';\n')}.`,
  ].join('\n');
  return text
    .split('\n')
    .map((line) => `-- ${line}`.trimEnd())
    .join('\n');
}

function windowInWords({ window }: ViewDefinition): string {
  switch (window.kind) {
    case 'tumbling':
      return `window of ${formatDuration(window.sizeMs)}`;
    case 'sliding':
      return `window of ${formatDuration(window.sizeMs)} every ${formatDuration(window.slideMs)}`;
    case 'session':
      return `session with gaps of at most ${formatDuration(window.gapMs)}`;
    case 'global':
      return 'total';
  }
}

function whatIsOpen({ window }: ViewDefinition): string[] {
  if (window.kind === 'global')
    return ['as of when: a stream counts an event that comes late into the interval that is current'];
  return [
    `how far the stream has come: ${window.kind === 'session' ? 'sessions' : 'windows'} that are open have rows too`,
  ];
}

function whatIsLate({ window, upstream, allowedLatenessMs }: ViewDefinition): string[] {
  if (upstream !== null) return whatIsLate(upstream);
  const after = allowedLatenessMs === 0 ? '' : ` + ${formatDuration(allowedLatenessMs)}`;
  switch (window.kind) {
    case 'global':
      return [];
    case 'session':
      return [`late events: a stream leaves out what comes after the watermark has passed the event's time${after}`];
    default:
      return [
        `late events: a stream leaves out of a window what comes after the watermark has passed the window's end${after}`,
      ];
  }
}

function whatIsEmpty(view: ViewDefinition): string[] {
  const filled = [view, ...upstreamsOf(view)].filter(({ emptyWindows }) => emptyWindows === 'zero');
  return filled.map(
    ({ name, keepGroupsForWindows }) =>
      `which windows of view ${name} without events have begun: it has rows for all ${keepGroupsForWindows.toLocaleString('en-US')} after a group's last events,\n  and for any number of groups: a stream remembers ${MAX_REMEMBERED_GROUPS.toLocaleString('en-US')} in each bucket`,
  );
}

function whatIsForgotten(view: ViewDefinition): string[] {
  const chain = [view, ...upstreamsOf(view)];
  if (!chain.some(({ derived }) => derived.some(({ node }) => containsRowOperator(node)))) return [];
  return [
    `what a group forgets: columns that go over its rows begin anew after ${ROW_MEMORY_WINDOWS.toLocaleString('en-US')} windows without one`,
  ];
}

function whatIsDuplicate({ stream: { dedupe } }: ViewDefinition): string[] {
  if (dedupe === null) return [];
  return [
    `when a duplicate came: it takes the earliest event of each ${dedupe.by}, a stream the one that comes first, which\n  it remembers for ${formatDuration(dedupe.withinMs)}, shard by shard`,
  ];
}

function whatIsJudged(isJudged: boolean): string[] {
  if (!isJudged) {
    return [
      'dead letters: it leaves out events without a required field or with an unreadable timestamp, but does not check\n  what else the schema asks of a value, nor how far an event time was ahead of the arrival',
    ];
  }
  return [
    "what is in records that were too large to unfold: bronze has them, with the reason 'not_unfolded', but no columns of them",
    'how an event would be judged today: it takes what was an event when it arrived, by the schema of that day',
  ];
}

function upstreamsOf({ upstream }: ViewDefinition): ViewDefinition[] {
  return upstream === null ? [] : [upstream, ...upstreamsOf(upstream)];
}
