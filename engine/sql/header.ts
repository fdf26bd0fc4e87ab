import { formatOf } from '../formats/registry.ts';
import { formatDuration } from '../ir/duration.ts';
import { containsRowOperator } from '../ir/node.ts';
import { streamsOf, upstreamsOf, withUpstreams } from '../ir/source-definition.ts';
import type { StreamDefinition } from '../ir/stream-definition.ts';
import { isText } from '../ir/stream-format.ts';
import { explodes, type ViewDefinition } from '../ir/view-definition.ts';
import { MAX_REMEMBERED_GROUPS, ROW_MEMORY_WINDOWS } from '../plan/empty-windows.ts';
import { sourceWords } from '../sources/registry.ts';
import { windowOf } from '../windows/registry.ts';
import { approximateColumns, type ColumnApproximation } from './approximate-columns.ts';
import type { Dialect } from './dialect.ts';

export interface HeaderOptions {
  /** The source has only what was an event when it arrived. */
  readonly isJudged?: boolean;
  /** The statement counts exactly where the view counts approximately. */
  readonly exactDistinct?: boolean | undefined;
  /** Columns that the view's rows have and the statement has not, and what each is. */
  readonly leftOut?: ReadonlyMap<string, string>;
}

/** What a statement says, and what it cannot know, as comments. `view` is without what is left out. */
export function header(
  view: ViewDefinition,
  dialect: Dialect,
  { isJudged = false, exactDistinct = false, leftOut = new Map() }: HeaderOptions = {},
): string {
  const { source, groupBy } = view;
  const { words } = windowOf(view.window);
  const groups = groupBy.map(({ name }) => ` and ${name}`).join('');
  const unknown = [
    words.sqlOpen,
    ...whatIsLate(view),
    ...whatIsEmpty(view),
    ...whatIsForgotten(view),
    ...streamsOf(source).flatMap(whatIsDuplicate),
    ...(isJudged ? [] : streamsOf(source).flatMap(whatIsReadOtherwise)),
    ...(isJudged ? [] : whatIsExploded(view)),
    ...whatIsJudged(isJudged),
  ];
  const text = [
    `View ${view.name} of ${sourceWords(source)} in ${dialect.name} SQL: one row for each ${words.unit}${groups}.`,
    'Instants are milliseconds since 1970 until the last SELECT, which writes them as ISO-8601 text in UTC.',
    '',
    'It computes over all events that fit the schema, as if none had come late. What it cannot know:',
    listed(unknown),
    ...whatIsApproximate(view, exactDistinct),
    ...whatIsLeftOut(leftOut),
  ].join('\n');
  return text
    .split('\n')
    .map((line) => `-- ${line}`.trimEnd())
    .join('\n');
}

function listed(items: readonly string[]): string {
  return `${items.map((item) => `- ${item}`).join(';\n')}.`;
}

function whatIsApproximate(view: ViewDefinition, exactDistinct: boolean): string[] {
  const items = [...approximateColumns(view)].map(
    ([name, how]) => `${name}: ${approximationInWords(how, exactDistinct)}`,
  );
  return items.length === 0 ? [] : ['', "Columns that are approximate in the stream's rows:", listed(items)];
}

function whatIsLeftOut(leftOut: ReadonlyMap<string, string>): string[] {
  if (leftOut.size === 0) return [];
  const items = [...leftOut].map(([name, words]) => `${name}: ${words}`);
  return ['', "Columns of the stream's rows that SQL cannot say, and that are left out here:", listed(items)];
}

function approximationInWords(how: ColumnApproximation, exactDistinct: boolean): string {
  const percent = (share: number) => `${Number((share * 100).toPrecision(15))} %`;
  switch (how.kind) {
    case 'bounded':
      return `exact up to ${how.exactUpTo} different values in a group and window, beyond that within ${percent(how.relativeError)},\n  which doubles where the values are spread too wide. Exact here`;
    case 'statistical':
      return `a relative standard error of ${percent(how.standardError)}. ${exactDistinct ? 'Exact here' : 'Of another algorithm here'}`;
    case 'derived':
      return 'made of approximate columns';
  }
}

function whatIsLate({ window, source, allowedLatenessMs }: ViewDefinition): string[] {
  const upstreams = upstreamsOf(source);
  if (upstreams.length > 0) return [...new Set(upstreams.flatMap(whatIsLate))];
  const { sqlLate } = windowOf(window).words;
  if (sqlLate === null) return [];
  return [allowedLatenessMs === 0 ? sqlLate : `${sqlLate} + ${formatDuration(allowedLatenessMs)}`];
}

function whatIsEmpty(view: ViewDefinition): string[] {
  const filled = withUpstreams(view).filter(({ emptyWindows }) => emptyWindows === 'zero');
  return filled.map(
    ({ name, keepGroupsForWindows }) =>
      `which windows of view ${name} without events have begun: it has rows for all ${keepGroupsForWindows.toLocaleString('en-US')} after a group's last events,\n  and for any number of groups: a stream remembers ${MAX_REMEMBERED_GROUPS.toLocaleString('en-US')} in each bucket`,
  );
}

function whatIsForgotten(view: ViewDefinition): string[] {
  if (!withUpstreams(view).some(({ derived }) => derived.some(({ node }) => containsRowOperator(node)))) return [];
  return [
    `what a group forgets: columns that go over its rows start over after ${ROW_MEMORY_WINDOWS.toLocaleString('en-US')} windows without one`,
  ];
}

function whatIsDuplicate({ dedupe }: StreamDefinition): string[] {
  if (dedupe === null) return [];
  return [
    `when a duplicate came: it takes the earliest event of each ${dedupe.by}, a stream the one that comes first, which\n  it remembers for ${formatDuration(dedupe.withinMs)}, shard by shard`,
  ];
}

function whatIsReadOtherwise({ format }: StreamDefinition): readonly string[] {
  return isText(format) ? formatOf(format).unlikeDuckdb : [];
}

function whatIsExploded(view: ViewDefinition): readonly string[] {
  if (!withUpstreams(view).some(explodes)) return [];
  return [
    'elements of lists that do not fit the schema: what is wrong in them is null here, and how many there are does not\n  matter, where a stream makes a dead letter of the event',
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
