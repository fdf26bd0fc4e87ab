import { eventStreamsOf } from '../../../engine/ir/source-definition.ts';
import type { StoredRow } from '../../../engine/ports/result-store.ts';
import { parseReference } from '../../../engine/state/object-reference.ts';
import { parseProgress } from '../../../engine/state/progress.ts';
import { type Judged, judge, type Taken } from '../reference/commits.ts';
import { JOINED } from '../reference/joins.ts';
import { REFERENCES } from '../reference/pipelines.ts';
import type { Expected } from '../reference/views.ts';
import type { World } from '../world.ts';
import { checkAlerts } from './alerts.ts';
import { checkFloors } from './floors.ts';

/** Everything that must hold at the end of a simulation, by code that shares nothing with the engine. */
export function violations(world: World): string[] {
  const streams = world.plan.streams.map(({ name, definition }): JudgedStream => {
    const writes = world.state.checkpoints.filter(({ stream }) => stream === name);
    return { name, judged: judge(writes, world.log.of(name), definition.dedupe !== null, world.pauses.awakeMs) };
  });
  const expected = expectations(world, streams);
  return [
    ...world.bugs.map(
      (error) => `an error that no fault explains: ${error instanceof Error ? error.stack : String(error)}`,
    ),
    ...streams.flatMap(({ judged }) => judged.failures),
    ...checkFloors(world),
    ...checkRows(world, expected),
    ...checkRevisions(world),
    ...streams.flatMap((stream) => [
      ...checkSides(world, stream, expected),
      ...checkCounters(world, stream, expected),
      ...checkTotals(world, stream),
    ]),
    ...checkLeftovers(world),
    ...checkPages(world),
    ...checkObjects(world),
    ...checkAlerts(world),
  ];
}

interface JudgedStream {
  readonly name: string;
  readonly judged: Judged;
}

/** By view key: what it must come to. A view that was deployed in mid-stream has seen what its code committed. */
function expectations(world: World, streams: readonly JudgedStream[]): Map<string, Expected> {
  return new Map(
    world.plan.views.map((view) => {
      const isNew =
        world.generation > 1 && view.key !== world.firstPlan.views.find(({ name }) => name === view.name)?.key;
      const seen = (name: string) => {
        const taken = streams.find((stream) => stream.name === name)?.judged.taken ?? [];
        return isNew ? taken.filter(({ generation }) => generation > 1) : taken;
      };
      const generation = isNew ? 2 : 1;
      const { source } = view;
      if (source.kind === 'view' && source.view.source.kind === 'join') {
        const joined = JOINED[view.name];
        if (joined === undefined) throw new Error(`View '${view.name}' of a join has no reference.`);
        return [view.key, joined(generation)(seen('events'), seen('others'), source.view.key)];
      }
      const reference = REFERENCES[view.name];
      if (reference === undefined) throw new Error(`View '${view.name}' has no reference.`);
      return [view.key, reference(generation)(seen('events'))];
    }),
  );
}

function checkRows(world: World, expected: ReadonlyMap<string, Expected>): string[] {
  return [...expected].flatMap(([view, { rows }]) => {
    const stored = new Map(
      world.results
        .live()
        .filter((row) => row.view === view)
        .map((row) => [`${row.windowStartMs} ${row.group}`, row]),
    );
    const names = new Set([...rows.keys(), ...stored.keys()]);
    return [...names].flatMap((name) => {
      const should = rows.get(name);
      const is = stored.get(name);
      const isText = is && `${contentOf(is)} with ${is.lateEvents} late`;
      const shouldText = should && `${JSON.stringify(should.columns)} with ${should.lateEvents} late`;
      return isText === shouldText ? [] : [`${view}, row ${name}: it is ${isText}, and should be ${shouldText}`];
    });
  });
}

function contentOf({ group, columns }: StoredRow): string {
  return group === '*' ? JSON.stringify({ rows: JSON.parse(columns) as unknown }) : columns;
}

/** Revisions rise by one with each change, and epochs with each write. */
function checkRevisions(world: World): string[] {
  return [...world.results.history].flatMap(([name, rows]) =>
    rows.flatMap((row, index) => {
      const before = rows[index - 1];
      if (before === undefined) return row.revision === 1 ? [] : [`${name} begins with revision ${row.revision}`];
      const same = (['columns', 'partial', 'retracted', 'lateEvents'] as const).every(
        (key) => row[key] === before[key],
      );
      const problems: string[] = [];
      if (row.epoch <= before.epoch) problems.push(`${name}: epoch ${row.epoch} after ${before.epoch}`);
      if (row.revision !== before.revision + (same ? 0 : 1)) {
        problems.push(
          `${name}: revision ${row.revision} after ${before.revision}, content ${same ? 'the same' : 'another'}`,
        );
      }
      return problems;
    }),
  );
}

/** What is kept aside is just what was dead, and what missed windows of a view that keeps such events. */
function checkSides(world: World, { name, judged }: JudgedStream, expected: ReadonlyMap<string, Expected>): string[] {
  const sides = [...world.sides].filter(([, side]) => side.stream === name);
  const dead = sides.filter(([, { kind }]) => kind === 'dead').map(([place]) => place.slice(5).trim());
  const problems: string[] = [];
  // What a batch kept aside that was then given up stays, though nobody counted it.
  const extra = dead.filter(
    (name) => !judged.dead.includes(name) && !judged.discardedShards.has(name.split(' ')[0] ?? ''),
  );
  const missing = judged.dead.filter((name) => !dead.includes(name));
  if (extra.length > 0) problems.push(`dead letters that were no dead events: ${extra.join(', ')}`);
  if (missing.length > 0) problems.push(`dead events without a dead letter: ${missing.join(', ')}`);
  if (judged.discardedShards.size > 0) return problems;
  for (const view of world.plan.views) {
    if (view.definition.lateEvents !== 'sideOutput' || view.source.kind !== 'stream' || world.generation > 1) continue;
    if (view.source.stream.name !== name) continue;
    const late = sides.flatMap(([, side]) =>
      side.kind === 'late' && side.missed.view === view.name ? [(JSON.parse(lineOf(side)) as { id: string }).id] : [],
    );
    const should = [...(expected.get(view.key)?.missed ?? [])].map(([{ event }]) => event.id);
    // A container that was overtaken may keep a late event aside in the place of its duplicate too.
    const isDeduped = view.source.stream.dedupe !== null;
    const text = (all: readonly string[]) => (isDeduped ? [...new Set(all)] : [...all]).sort().join(', ');
    if (text(late) !== text(should)) {
      problems.push(`${view.name}: late events kept aside are ${text(late)}, and should be ${text(should)}`);
    }
  }
  return problems;
}

function lineOf(side: { readonly bytes: Uint8Array }): string {
  return Buffer.from(side.bytes).toString();
}

/** Accepted, late, dead, duplicate and discarded are all that was delivered, and each is what it should be. */
function checkCounters(
  world: World,
  { name, judged }: JudgedStream,
  expected: ReadonlyMap<string, Expected>,
): string[] {
  const last = lastCounters(world, name);
  const problems: string[] = [];
  for (const { id, records } of world.log.of(name)) {
    const counters = last.get(id) ?? { delivered: 0, late: 0, dead: 0, duplicate: 0, discarded: 0 };
    const sent = records.reduce((sum, { events }) => sum + events.length, 0);
    const isDiscarded = judged.discardedShards.has(id);
    if (isDiscarded ? (counters.delivered as number) < sent : counters.delivered !== sent) {
      problems.push(`${id}: ${counters.delivered} events count as delivered of ${sent}`);
    }
    const should = judged.counters.get(id);
    if (should && (should.dead !== counters.dead || should.duplicate !== counters.duplicate)) {
      problems.push(`${id}: ${JSON.stringify(counters)} should be ${JSON.stringify(should)}`);
    }
  }
  if (world.generation > 1) return problems;
  const late = [...last.values()].reduce((sum, counters) => sum + (counters.late ?? 0), 0);
  const should = judged.taken.filter((one) => isLateForAll(one, world, { stream: name, expected })).length;
  if (late !== should) problems.push(`${late} events of ${name} count as late, and should be ${should}`);
  return problems;
}

type Counts = Readonly<Record<string, number>>;

/** What the items tell of all shards, those whose checkpoints are gone too, is what their last checkpoints came to. */
function checkTotals(world: World, { name: stream }: JudgedStream): string[] {
  const items = world.state.items();
  const contents = (kind: string) => items.filter(({ key }) => key.partition === `${kind}#${stream}`);
  const [rollup] = contents('rollup').map(({ data }) => JSON.parse(String(data)));
  const gone = new Set<string>((rollup?.recent ?? []).map(({ shard }: { shard: string }) => shard));
  const stored: Counts[] = contents('checkpoint')
    .filter(({ key }) => !gone.has(key.sort))
    .map(({ data }) => JSON.parse(String(data)).counters);
  const last = lastCounters(world, stream);
  const told = [...stored, ...(rollup === undefined ? [] : [rollup.counters as Counts])];
  const sum = (all: Iterable<Counts>, name: string) =>
    [...all].reduce((total, counters) => total + (counters[name] ?? 0), 0);
  return ['accepted', 'late', 'dead', 'duplicate'].flatMap((name) => {
    const [is, should] = [sum(told, name), sum(last.values(), name)];
    return is === should ? [] : [`${is} events of ${stream} count as ${name} in all, and should be ${should}`];
  });
}

function lastCounters({ state }: World, stream: string): ReadonlyMap<string, Counts> {
  const writes = state.checkpoints.filter((write) => write.stream === stream);
  return new Map(writes.map(({ shard, content }) => [shard, content.counters as Counts]));
}

/** Late for a view, and in no window of any. An event in a gap between windows is not wanted by a view. */
function isLateForAll(
  one: Taken,
  world: World,
  { stream, expected }: { readonly stream: string; readonly expected: ReadonlyMap<string, Expected> },
): boolean {
  const views = world.plan.views.filter(
    ({ source }) =>
      (source.kind === 'stream' && source.stream.name === stream) ||
      (source.kind === 'view' &&
        source.view.source.kind === 'join' &&
        eventStreamsOf(source.view.source).some(({ name }) => name === stream)),
  );
  const outcomes = views.map((view) => expected.get(view.key)?.missed.get(one));
  const isIn = views.some((view, index) => {
    const missed = outcomes[index];
    if (missed !== undefined) return missed.missed < missed.of;
    const { window } = view.definition;
    if (window.kind !== 'sliding') return true;
    const since = (((one.event.at - window.offsetMs) % window.slideMs) + window.slideMs) % window.slideMs;
    return since < window.sizeMs;
  });
  return !isIn && outcomes.some((missed) => missed !== undefined);
}

/** Nothing of a window stays after it, nor of a join's pane, but totals. */
function checkLeftovers(world: World): string[] {
  const current = new Set(world.plan.finalized.map(({ key }) => key));
  const problems: string[] = [];
  for (const { key, data } of world.state.items()) {
    const [kind = '', view = ''] = key.partition.split('#');
    if (!current.has(view)) continue;
    if (['segment', 'marker', 'late'].includes(kind)) problems.push(`${key.partition}/${key.sort} is left`);
    if (kind === 'progress' && !isAtRest(view, String(data))) problems.push(`progress of ${view} at the end: ${data}`);
  }
  return problems;
}

/** Totals and the last rows of groups stay. A page that no progress names goes with the next ones that are dropped. */
function isAtRest(view: string, text: string): boolean {
  const { held, pass, ledger, patch, carried } = parseProgress({ key: KEY, version: 1, data: text });
  const keepsNothing = !view.startsWith('sess') || carried.bytes === 0;
  return !held && pass === null && ledger.length === 0 && patch.pages === 0 && keepsNothing;
}

const KEY = { partition: 'progress', sort: '0' };

/** References name objects that are there, and no key was ever given to two contents. */
function checkObjects({ objects, state }: World): string[] {
  if (objects === null) return [];
  const problems = objects.reused.map((name) => `the key of object ${name} was given to two contents`);
  for (const { key, data } of state.items()) {
    const reference = parseReference(data);
    if (reference === null || objects.find({ key: reference.object, bytes: reference.bytes }) !== null) continue;
    problems.push(`${key.partition}/${key.sort} refers to an object that is gone`);
  }
  return problems;
}

/** Progress names pages that are there, and no key was ever given to two contents. */
function checkPages(world: World): string[] {
  const problems = world.pages.reused.map((name) => `the key of page ${name} was given to two contents`);
  for (const { key, version, data } of world.state.items()) {
    const [kind, view = ''] = key.partition.split('#');
    if (kind !== 'progress') continue;
    const { ledger, patch, carried, head, alerts } = parseProgress({ key, version, data });
    const named = {
      carried: [carried, ...(head === null ? [] : [head.map])].flatMap(({ pages, index }) => [
        ...pages.map(({ set }) => set),
        index,
      ]),
      ledger,
      patch: [patch],
      alerts: alerts === null ? [] : [...alerts.state.pages.map(({ set }) => set), alerts.state.index],
      outbox: (alerts?.outbox.sets ?? []).map(({ set }) => set),
    };
    for (const [of, sets] of Object.entries(named)) {
      for (const set of sets.filter(({ pages }) => pages === 1)) {
        const pageKey = { partition: `${of}#${view}#${key.sort}`, sort: sortOf(set) };
        if (world.pages.find({ key: pageKey, bytes: set.bytes }) !== null) continue;
        problems.push(`progress of ${view} names page ${pageKey.partition}/${pageKey.sort}, which is gone`);
      }
    }
  }
  return problems;
}

function sortOf({ version, serial }: { readonly version: number; readonly serial?: number }): string {
  const padded = (n: number) => String(n).padStart(10, '0');
  return [padded(version), padded(0), ...(serial === undefined ? [] : [serial])].join('#');
}
