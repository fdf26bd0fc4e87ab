import { formatDuration } from '../definition/duration.ts';
import type { ViewDefinition } from '../definition/view-definition.ts';
import { containsMoving } from '../expression/node.ts';
import { MOVING_MEMORY_WINDOWS } from '../plan/moving.ts';
import type { Dialect } from './dialect.ts';

/** What a statement says, and what it cannot know, as comments. */
export function header(view: ViewDefinition, dialect: Dialect): string {
  const { stream, upstream, groupBy, derived } = view;
  const groups = groupBy.map(({ name }) => ` and ${name}`).join('');
  const source = upstream === null ? `stream ${stream.name}` : `the rows of view ${upstream.name}`;
  const lines = [
    `View ${view.name} of ${source} in ${dialect.name} SQL: one row for each ${windowInWords(view)}${groups}.`,
    'Instants are milliseconds since 1970 until the last SELECT, which writes them as ISO-8601 text in UTC.',
    '',
    'It computes over all events that fit the schema, as if none had come late. What it cannot know:',
    ...whatIsLate(view),
    '- dead letters: it leaves out events without a required field or with an unreadable timestamp, but does not check',
    '  what else the schema asks of a value, nor how far an event time was ahead of the arrival.',
    ...(derived.some(({ node }) => containsMoving(node))
      ? [
          `- what a group forgets: aggregates over its last rows begin anew after ${MOVING_MEMORY_WINDOWS} windows without one;`,
        ]
      : []),
    ...(stream.dedupe === null
      ? []
      : [
          `- when a duplicate came: it takes one event of each ${stream.dedupe.by}, and a stream remembers that for`,
          `  ${formatDuration(stream.dedupe.withinMs)}.`,
        ]),
  ];
  return lines.map((line) => `-- ${line}`.trimEnd()).join('\n');
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

function whatIsLate({ window, upstream, allowedLatenessMs }: ViewDefinition): string[] {
  const root = rootOf(upstream);
  if (root !== null) return whatIsLate(root);
  if (window.kind === 'global')
    return ['- as of when: a stream counts an event that comes late into the interval that is current;'];
  const lateness = allowedLatenessMs === 0 ? 'end' : `end + ${formatDuration(allowedLatenessMs)}`;
  return [
    `- late events: a stream leaves out of a window what comes after the watermark has passed the window's ${lateness};`,
  ];
}

function rootOf(view: ViewDefinition | null): ViewDefinition | null {
  return view?.upstream ? rootOf(view.upstream) : view;
}
