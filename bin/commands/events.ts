import { systemClock } from '../../adapters/system-clock.ts';
import type { PipelinePlan } from '../../engine/plan/plan.ts';
import type { StoredSideOutput } from '../../engine/ports/dead-letter-store.ts';
import { readSideOutputs, type SideOutputsQuery } from '../../engine/query/side-outputs.ts';
import { END_OF_TIME_MS, formatInstant, START_OF_TIME_MS } from '../../engine/time/instant.ts';
import { eventJson } from '../../runtime/event-json.ts';
import { formatWatermark, formatWindow } from '../../runtime/terminal/format.ts';
import type { TableColumn } from '../../runtime/terminal/table.ts';
import { parseArguments, wholeNumber } from '../cli/arguments.ts';
import { type Command, EXIT_OK, UsageError } from '../cli/command.ts';
import { findPipeline } from '../cli/find-pipeline.ts';
import { findView } from '../cli/find-view.ts';
import { pointInTimeMs } from '../cli/point-in-time.ts';
import { openStore, STORE_OPTIONS } from './dead-letters/open-store.ts';
import { FILTER_OPTIONS, parseFilters } from './dead-letters/options.ts';
import { type Answer, outputFormat, printAnswer, QUERY_FORMAT_OPTIONS } from './query/format.ts';

const HELP = `Show events that went into no window, with their bytes: those that came too late, and those that cannot be read.

Usage: streamgauge events late [PIPELINE.ts] [--view VIEW] [--from TIME] [--to TIME] [options]
       streamgauge events dead [PIPELINE.ts] [--reason REASON] [options]

Without PIPELINE.ts it is looked for in pipeline.ts and pipelines/.

  --view VIEW        Late for this view.
  --from TIME        Late for a window that starts at or after this time: 2026-01-31, 2026-01-31T12:00:00Z, or 2h for two hours
                     ago. Of windows that overlap, the first one that the event missed counts.
  --to TIME          Late for a window that starts before this time.
  --stream NAME      Of this stream only.
  --reason REASON    Dead for this reason, such as not_json or future_time.
  --since TIME       That arrived at or after this time.
  --until TIME       That arrived before this time.
  --limit N          At most so many (default 50).
  --cursor TEXT      Go on where an earlier answer ended.
  --format FORMAT    table, json (an object a line) or csv. The default is table, in which bytes are escaped and cut to the terminal.
  --json             As --format json.

Store
  --store PATH       An embedded store (default .streamgauge/<pipeline>.db, that of streamgauge dev).
  --aws              The deployed pipeline: names are read from the stack Streamgauge-<pipeline>.
  --stage NAME       As --aws, of the stage that was deployed with -c stage=NAME.
  --stack NAME       As --aws, from a stack of another name.
  --bucket NAME      As --aws, from this bucket.

streamgauge dead-letters puts them back into their stream.

Examples
  streamgauge events dead
  streamgauge events late pipelines/weblog.ts --view traffic_5min --from 2h --json
`;

const { kind: _, ...FILTERS } = FILTER_OPTIONS;
const OPTIONS = {
  ...STORE_OPTIONS,
  ...FILTERS,
  ...QUERY_FORMAT_OPTIONS,
  view: { type: 'string' },
  from: { type: 'string' },
  to: { type: 'string' },
  cursor: { type: 'string' },
} as const;

const parse = (args: readonly string[]) => parseArguments('events', args, OPTIONS);
type Values = ReturnType<typeof parse>['values'];

export const eventsCommand: Command = {
  name: 'events',
  help: HELP,
  options: OPTIONS,
  async run(args, io) {
    const { values, positionals } = parse(args);
    const { kind, file } = kindAndFile(positionals);
    const format = outputFormat(values);
    const limit = wholeNumber(values.limit, '--limit', 50, 1, 1000);
    const plan = await findPipeline(file);
    const query = queryOf(kind, values, plan, limit);
    const { store, close } = await openStore(values, plan);
    try {
      const { records, cursor } = await readSideOutputs(store, query);
      const notes = [
        ...(records.length === 0 ? ['There are no such events.'] : []),
        ...(cursor === null ? [] : [`There may be more: add --cursor ${cursor}`]),
      ];
      printAnswer({ io, format }, { ...answerOf(kind, records), notes });
    } finally {
      close();
    }
    return EXIT_OK;
  },
};

type Kind = 'late' | 'dead';

function kindAndFile([kind, file, extra]: readonly string[]): { readonly kind: Kind; readonly file: string | null } {
  if (kind !== 'late' && kind !== 'dead') {
    throw new UsageError(
      `streamgauge events needs 'late' or 'dead'${kind === undefined ? '' : `, and was given '${kind}'`}. See streamgauge events --help.`,
    );
  }
  if (extra !== undefined) throw new UsageError(`streamgauge events does not know what to do with '${extra}'.`);
  return { kind, file: file ?? null };
}

function queryOf(kind: Kind, values: Values, plan: PipelinePlan, limit: number): SideOutputsQuery {
  const nowMs = systemClock.nowMs();
  const { view, from, to, cursor = null } = values;
  if (view !== undefined) findView({ name: plan.name, views: plan.views.map(({ definition }) => definition) }, view);
  const range = {
    fromMs: pointInTimeMs(from, '--from', nowMs) ?? START_OF_TIME_MS,
    toMs: pointInTimeMs(to, '--to', nowMs) ?? END_OF_TIME_MS,
  };
  const isRanged = from !== undefined || to !== undefined;
  return { ...parseFilters(values, plan, [kind], nowMs), view, ...(isRanged && { missed: range }), limit, cursor };
}

const TEXT = { align: 'left', leastWidth: 20 } as const;

function answerOf(kind: Kind, records: readonly StoredSideOutput[]): Omit<Answer, 'notes'> {
  const objects = records.map(eventObject);
  const columns: TableColumn[] =
    kind === 'late'
      ? [
          { name: 'arrived', align: 'left' },
          { name: 'view', align: 'left' },
          { name: 'window', align: 'left' },
          { name: 'event time', align: 'left' },
          { name: 'event', ...TEXT },
        ]
      : [
          { name: 'arrived', align: 'left' },
          { name: 'stream', align: 'left' },
          { name: 'reason', align: 'left' },
          { name: 'event', ...TEXT },
          { name: 'message', ...TEXT },
        ];
  return {
    names: [...COMMON, ...(kind === 'late' ? LATE : DEAD), 'event', 'event_base64', 'id'],
    objects,
    columns,
    rows: records.map((record) => ({ cells: kind === 'late' ? lateCells(record) : deadCells(record), style: 'plain' })),
  };
}

const COMMON = ['stream', 'shard', 'sequence', 'index', 'arrival_time', 'reason'];
const LATE = ['view', 'window_start', 'window_end', 'event_time'];
const DEAD = ['message'];

function eventObject({ id, stream, shard, position, arrivalMs, reason, message, missed, payloads }: StoredSideOutput) {
  const [payload] = payloads;
  return {
    ...{ stream, shard, sequence: position.sequence, index: position.index },
    ...{ arrival_time: arrivalMs === null ? null : formatInstant(arrivalMs), reason },
    ...(missed === null
      ? { message }
      : {
          view: missed.view,
          window_start: formatInstant(missed.windowStartMs),
          window_end: formatInstant(missed.windowEndMs),
          event_time: formatInstant(missed.eventTimeMs),
        }),
    ...(payload !== undefined && eventJson(payload.data)),
    id,
  };
}

function lateCells({ arrivalMs, missed, payloads }: StoredSideOutput): readonly string[] {
  if (missed === null) return [arrivedText(arrivalMs), '–', '–', '–', bytesText(payloads)];
  const { view, windowStartMs, windowEndMs, eventTimeMs } = missed;
  const day = formatInstant(windowStartMs).slice(0, 10);
  const window = `${day} ${formatWindow(windowStartMs, windowEndMs)}`;
  return [arrivedText(arrivalMs), view, window, formatInstant(eventTimeMs), bytesText(payloads)];
}

function deadCells({ arrivalMs, stream, reason, message, payloads }: StoredSideOutput): readonly string[] {
  return [arrivedText(arrivalMs), stream, reason, bytesText(payloads), message];
}

function arrivedText(ms: number | null): string {
  return ms === null ? '–' : formatWatermark(ms).replace(' UTC', '');
}

function bytesText([payload]: StoredSideOutput['payloads']): string {
  if (payload === undefined) return '–';
  const json = eventJson(payload.data);
  return 'event' in json ? json.event : `base64 ${json.event_base64}`;
}
