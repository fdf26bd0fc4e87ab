import { GIB } from '../contracts/prices.ts';
import { eventStreamsOf, streamsOf, upstreamsOf } from '../engine/ir/source-definition.ts';
import type { ViewDefinition } from '../engine/ir/view-definition.ts';
import { LARGEST_ITEM_BYTES } from '../engine/protocol/large-items.ts';
import { lookEveryMs } from '../engine/protocol/looks.ts';
import { windowOf } from '../engine/windows/registry.ts';
import { type CostInput, SECONDS_PER_MONTH } from './input.ts';
import { along, interpolate } from './interpolate.ts';
import { logKindOf, logsOf } from './logs.ts';
import { MEASURED } from './measured.ts';
import { rowsOf, type Traffic } from './traffic.ts';

/** What the state table does in a month, without pages. */
export interface StateUnits {
  readonly writeUnits: number;
  readonly readUnits: number;
  readonly sweepWriteUnits: number;
  readonly sweepReadUnits: number;
  /** At any time, in the table. */
  readonly gigabytes: number;
  /** Of large segments and ids, which are objects. */
  readonly puts: number;
  readonly gets: number;
  /** Put in a month. */
  readonly objectGigabytes: number;
  /** Of looking at it every quarter of an hour, for metrics. */
  readonly metricReadUnits: number;
}

const CHECKPOINT_UNITS = 2;
/** Of an object in an item's place: it is written in a transaction, deleted, and read among others. */
const REFERENCE = { writes: 3, reads: 0.1, bytes: 400 };
/** Of an event's id, as hashes are kept. */
const ID_BYTES = 8;
/** Of each bucket of a view with alerts, and of a pipeline with any; a test counts them. */
export const ALERT_READS = 4;
export const ALERT_LIST_READS = 1;
/** Of each sweep, for each bucket: whether the message is late; where looks have ended, also whether something came. */
export const SWEPT_LOOKS = { underWay: 1, ended: 3 };
const SWEEPS = SECONDS_PER_MONTH / 60;
const LOOKS = SECONDS_PER_MONTH / 900;
/** What the sweep looks at of a stream, at most. */
const MOST_LOOKED_AT = 32 * 1024 * 1024;
export const READ_UNIT_BYTES = 4096;

/** Each view writes what the measured one did; the checkpoint is written once for all of them. */
export function stateUnits(input: CostInput, traffic: Traffic): StateUnits {
  const { pipeline, settings, eventsPerSecond } = input;
  const streams = pipeline.streams.length;
  const commits = traffic.commitsPerSecond * SECONDS_PER_MONTH;
  const ids = idUnits(input, traffic);
  let [writes, reads, bytes] = [commits * (CHECKPOINT_UNITS + ids.writes), 0, 0];
  // A container that begins reads ids, and seldom does one.
  let [puts, gets, objectBytes] = [commits * ids.puts, 0, commits * ids.puts * ids.bytes];
  for (const view of pipeline.views) {
    const of = unitsOfView(view, input, traffic);
    writes += of.writes;
    reads += of.reads;
    bytes += of.heldBytes;
    puts += of.objects;
    gets += of.objects;
    objectBytes += of.objects * of.bytesOfObject;
  }
  const logs = logsOf(pipeline);
  for (const log of logs) {
    const of = unitsOfLog(log, input, traffic);
    writes += of.writes;
    reads += of.reads;
    bytes += of.heldBytes;
    puts += of.puts;
    gets += of.gets;
    objectBytes += of.objectBytes;
  }
  const sweep = MEASURED.steady[eventsPerSecond === 0 ? 'silentSweep' : 'activeSweep'];
  // Beyond the first view of a stream, which was measured: whether there is work in each.
  const furtherViews = Math.max(0, pipeline.views.length + logs.length - streams);
  const lookedAt = Math.min(bytes, streams * MOST_LOOKED_AT);
  return {
    writeUnits: writes,
    readUnits: reads,
    sweepWriteUnits: SWEEPS * (MEASURED.steady.observation.writes * streams + sweep.writes * traffic.shards),
    sweepReadUnits: SWEEPS * (sweep.reads * streams + furtherViews + alertReads(pipeline) + sweptLooks(input)),
    gigabytes: bytes / GIB,
    puts,
    gets,
    objectGigabytes: objectBytes / GIB,
    metricReadUnits: settings.monitoring ? (LOOKS * lookedAt) / READ_UNIT_BYTES : 0,
  };
}

/**
 * Of each sweep: how far each bucket's alerts are, and how far they are published, to publish them and to tell of them; and the
 * list of views with alerts, which tells of those that are deployed no more.
 */
function alertReads({ views }: CostInput['pipeline']): number {
  const alerted = views.filter(({ alerts }) => alerts.length > 0);
  const list = alerted.length === 0 ? 0 : ALERT_LIST_READS;
  return alerted.reduce((sum, { buckets }) => sum + ALERT_READS * buckets, list);
}

/** Items that each sweep reads of looks. */
function sweptLooks({ pipeline, eventsPerSecond }: CostInput): number {
  const each = eventsPerSecond === 0 ? SWEPT_LOOKS.ended : SWEPT_LOOKS.underWay;
  return pipeline.views.reduce((sum, view) => sum + (lookEveryMs(view) === null ? 0 : each * view.buckets), 0);
}

/** Of the ids that one commit remembers: an item, or an object and its reference. */
function idUnits({ pipeline }: CostInput, { eventsPerCommit }: Traffic) {
  const withIds = pipeline.streams.filter(({ dedupe }) => dedupe !== null).length / pipeline.streams.length;
  const bytes = eventsPerCommit * ID_BYTES;
  if (bytes > LARGEST_ITEM_BYTES) return { writes: withIds * REFERENCE.writes, puts: withIds, bytes };
  return { writes: withIds * 2 * Math.ceil(bytes / 1024), puts: 0, bytes };
}

/**
 * Commits of the view's stream, and rounds of finalizing. A view of a view gets the rows of a round in one commit, without a
 * checkpoint of its own.
 */
function unitsOfView(view: ViewDefinition, input: CostInput, traffic: Traffic) {
  const { commits: table, steady } = MEASURED;
  const { perMonth, at } = commitsAt(view, input, traffic);
  const { rounds } = rowsOf(view, input);
  // The table's share of finalizing is of 60 commits a round: here that is counted by rounds.
  const share = 1 / table.perRound;
  const bytesOfObject = at(table.heldBytes);
  const isObject = bytesOfObject > LARGEST_ITEM_BYTES;
  const writes = isObject ? REFERENCE.writes : at(table.writeUnits) - CHECKPOINT_UNITS - share * steady.round.writes;
  const reads = isObject ? REFERENCE.reads : at(table.readUnits) - share * steady.round.reads;
  return {
    writes: perMonth * Math.max(0, writes) + rounds * steady.round.writes,
    reads: perMonth * Math.max(0, reads) + rounds * steady.round.reads,
    // Of an object the table holds a reference.
    heldBytes: heldFor(openMs(view) + view.allowedLatenessMs, view, input, traffic, isObject ? REFERENCE.bytes : null),
    objects: isObject ? perMonth : 0,
    bytesOfObject,
  };
}

/** Of a join or pattern: what commits of its sources add to its log, and its rounds. */
function unitsOfLog(log: ViewDefinition, input: CostInput, traffic: Traffic) {
  const { events: axis, kinds } = MEASURED.logs;
  const { commit, heldBytes, round } = kinds[logKindOf(log)];
  const { perMonth, events } = commitsTo(log, input, traffic);
  const rounds = Math.min(rowsOf(log, input).rounds, perMonth);
  // A round was measured by the events of each source that come before it.
  const sources = eventStreamsOf(log.source).length + upstreamsOf(log.source).length;
  const perRound = rounds === 0 ? 0 : (perMonth * events) / rounds / sources;
  const both = (unit: keyof typeof commit) =>
    perMonth * along(axis, commit[unit], events) + rounds * along(axis, round[unit], perRound);
  const bytesOfCommit = along(axis, heldBytes, events);
  const held = bytesOfCommit > LARGEST_ITEM_BYTES ? REFERENCE.bytes : bytesOfCommit;
  return {
    writes: both('writeUnits'),
    reads: both('readUnits'),
    puts: both('puts'),
    gets: both('gets'),
    objectBytes: both('kilobytesPut') * 1024,
    heldBytes: (perMonth / SECONDS_PER_MONTH) * (openMs(log) / 1000) * held,
  };
}

/** Segments whose windows are not final yet: bytes in the table, and objects. */
export function openSegments(view: ViewDefinition, input: CostInput, traffic: Traffic) {
  const { perMonth, at } = commitsAt(view, input, traffic);
  const isObject = at(MEASURED.commits.heldBytes) > LARGEST_ITEM_BYTES;
  return {
    bytes: heldFor(openMs(view), view, input, traffic, isObject ? REFERENCE.bytes : null),
    objects: isObject ? (perMonth / SECONDS_PER_MONTH) * (openMs(view) / 1000) : 0,
  };
}

function openMs(view: ViewDefinition): number {
  return windowOf(view.window).spanMs + latestOf(view);
}

/** Bytes of what commits add in so long; `each`: of one, in place of what was measured. */
function heldFor(ms: number, view: ViewDefinition, input: CostInput, traffic: Traffic, each: number | null = null) {
  const { perMonth, at } = commitsAt(view, input, traffic);
  return (perMonth / SECONDS_PER_MONTH) * (ms / 1000) * (each ?? at(MEASURED.commits.heldBytes));
}

/** Commits in a month, and what was measured of one with as many events and groups. */
function commitsAt(view: ViewDefinition, input: CostInput, traffic: Traffic) {
  const { groups: rows, events: columns } = MEASURED.commits;
  const { perMonth, events } = commitsTo(view, input, traffic);
  // A view of single events keeps each of them.
  const groups = view.selected !== undefined ? events : view.groupBy.length === 0 ? 1 : input.groups;
  const at = (values: readonly (readonly number[])[]) => interpolate({ rows, columns, values }, groups, events);
  return { perMonth, at };
}

/** The streams' commits, and of each view above a round's rows as one commit. */
function commitsTo({ source }: ViewDefinition, input: CostInput, traffic: Traffic) {
  const ofStream = (traffic.commitsPerSecond * SECONDS_PER_MONTH) / input.pipeline.streams.length;
  const streams = eventStreamsOf(source).length;
  const views = upstreamsOf(source).map((upstream) => rowsOf(upstream, input));
  const perMonth = views.reduce((sum, { rounds }) => sum + rounds, streams * ofStream);
  const events = views.reduce(
    (sum, { rows, emptyRows }) => sum + rows + emptyRows,
    streams * ofStream * traffic.eventsPerCommit,
  );
  return { perMonth, events: perMonth === 0 ? 0 : events / perMonth };
}

/** How far the watermark trails the latest event of the streams below. */
function latestOf({ source }: ViewDefinition): number {
  return streamsOf(source).reduce((most, { maxLatenessMs }) => Math.max(most, maxLatenessMs), 0);
}
