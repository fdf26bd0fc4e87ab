import { PRICE_LIST, type Prices } from '../../contracts/prices.ts';
import { ASSUMED } from '../../cost/assumed.ts';
import { ratioAt } from '../../cost/compression.ts';
import { type Cost, idleCostOf, millionsPerMonth } from '../../cost/cost-model.ts';
import type { CostInput } from '../../cost/input.ts';
import type { CostItem } from '../../cost/item.ts';
import { MONTHS_ROWS } from '../../cost/items/dynamodb.ts';
import { MONTHS_BRONZE } from '../../cost/items/lake.ts';
import { keptForEver } from '../../cost/kept-rows.ts';
import { dominantOf } from '../../cost/levers.ts';
import { type LogKind, logKindOf, logsOf } from '../../cost/logs.ts';
import { MEASURED } from '../../cost/measured.ts';

/** Below this share of the whole, items are one line together. */
const SMALL = 0.01;

/** One cost, item by item, the largest first. */
export function costLines(input: CostInput, cost: Cost, prices: Prices, all: boolean): string {
  const isSmall = ({ dollars }: CostItem) => !all && dollars < SMALL * cost.dollarsPerMonth;
  const items = [...cost.items].sort((a, b) => b.dollars - a.dollars);
  const small = items.filter(isSmall);
  const line = (name: string, units: string, price: string, dollars: number) =>
    `  ${name.padEnd(46)} ${units.padStart(28)} ${price.padStart(17)} ${money(dollars).padStart(11)} ${share(dollars / cost.dollarsPerMonth).padStart(7)}`;
  const lineOf = (item: CostItem) =>
    line(`${item.service.padEnd(11)} ${item.what}`, quantityText(item), priceText(item, prices), item.dollars);
  return [
    `${headline(input)}; preset ${input.settings.preset}`,
    '',
    `  ${''.padEnd(46)} ${'units a month'.padStart(28)} ${'$ for each'.padStart(17)} ${'$ a month'.padStart(11)} ${'share'.padStart(7)}`,
    ...items.filter((item) => !isSmall(item)).map(lineOf),
    ...(small.length === 0 ? [] : [line(`${small.length} smaller items (--all)`, '', '', sumOf(small))]),
    line('Total', '', '', cost.dollarsPerMonth),
    '',
    ...summaryLines(input, cost, prices),
    ...growthLines(input, cost, prices),
    ...emptyWindowLines(input),
    '',
    ...footnotes(input, prices),
    '',
  ].join('\n');
}

/** "730 stream-hours", "1 dashboard". */
function quantityText({ quantity, unit }: CostItem): string {
  return `${short(quantity)} ${quantity === 1 ? unit.replace(/s$/, '') : unit}`;
}

function priceText({ price }: CostItem, prices: Prices): string {
  const { per } = PRICE_LIST[price];
  const of = { 1: '', 1000: ' a thousand', 10000: ' a 10,000', 1000000: ' a million' }[per];
  return `${prices[price]}${of}`;
}

/** What a reader wants to know first. */
function summaryLines(input: CostInput, cost: Cost, prices: Prices): string[] {
  const { dollarsPerMonth, dollarsPerMillionEvents } = cost;
  const idle = money(idleCostOf(input, prices).dollarsPerMonth);
  return [
    dollarsPerMillionEvents === null
      ? `$${money(dollarsPerMonth)} a month without events.`
      : `$${money(dollarsPerMonth)} a month for ${short(millionsPerMonth(input))} million events, $${dollarsPerMillionEvents.toFixed(4)} a million. A month without events: $${idle}.`,
    dominantLine(input, cost, prices),
    ...trafficLines(input, cost),
  ];
}

function dominantLine(input: CostInput, cost: Cost, prices: Prices): string {
  const { item, share: ofAll, lever } = dominantOf(input, cost, prices);
  const what = `Largest: ${item.service} "${item.what}", ${share(ofAll)}.`;
  if (lever === null) return `${what} No single setting lowers it.`;
  return `${what} ${lever.change} makes the total $${money(lever.dollarsPerMonth)}: ${lever.price}.`;
}

function trafficLines({ settings }: CostInput, { traffic }: Cost): string[] {
  const { shards, eventsPerCommit, commitSeconds, waitSeconds } = traffic;
  const mode = settings.shards === null ? 'as Kinesis would have on demand' : 'provisioned';
  const shardText = `${short(shards)} ${shards === 1 ? 'shard' : 'shards'} (${mode})`;
  if (commitSeconds === null) return [`${shardText}.`];
  return [
    `${shardText}; each commits every ${short(commitSeconds)} s, ${short(eventsPerCommit)} events; an event waits ${waitSeconds.toFixed(1)} s at most before it counts.`,
  ];
}

/** What nothing ends grows for as long as the pipeline runs. */
function growthLines({ pipeline }: CostInput, { items }: Cost, prices: Prices): string[] {
  const added = (name: string) => items.find(({ what }) => what === name)?.quantity ?? 0;
  const [rows, bronze] = [added(MONTHS_ROWS), added(MONTHS_BRONZE)];
  const lines: string[] = [];
  if (rows > 0) {
    const names = keptForEver(pipeline).map(({ name }) => name);
    // Half of the bytes are the table's own; the other half are its index, which has no recovery.
    const dollars = rows * (prices.dynamoDbGbMonth + prices.dynamoDbRecoveryGbMonth / 2);
    lines.push(
      `Rows of ${names.join(', ')} are kept for ever: after a year they take ${short(12 * rows)} GB, $${money(12 * dollars)} a month. keepRows of a view ends that.`,
    );
  }
  if (bronze > 0) {
    const dollars = bronze * (prices.s3GbMonth + 11 * prices.s3InfrequentGbMonth);
    lines.push(
      `Bronze is kept for ever: after a year it takes ${short(12 * bronze)} GB, $${money(dollars)} a month. -c bronzeDays=N ends that.`,
    );
  }
  return lines;
}

/** What views cost that write rows of groups without events. */
function emptyWindowLines({ pipeline }: CostInput): string[] {
  return pipeline.views
    .filter(({ emptyWindows }) => emptyWindows === 'zero')
    .map(
      ({ name, keepGroupsForWindows }) =>
        `View ${name} writes up to ${short(keepGroupsForWindows)} rows more each time that a group falls silent; estimated here as if the same groups came again and again.`,
    );
}

export function headline(input: CostInput): string {
  const { pipeline, eventsPerSecond, eventBytes, groups } = input;
  return `Pipeline ${pipeline.name}: ${short(eventsPerSecond)} events/s of ${short(eventBytes)} bytes, ${packingText(input)}; ${short(groups)} groups`;
}

function packingText({ packing }: CostInput): string {
  if (packing.kind === 'none') return 'one a record';
  const compressed = packing.kind === 'zstd' ? ' with zstd' : '';
  return `packed${compressed} in records of up to ${short(packing.recordBytes)} bytes`;
}

export function footnotes({ packing, pipeline }: CostInput, { region, date }: Prices): string[] {
  const kinds = new Set(logsOf(pipeline).map(logKindOf));
  return [
    `Prices: ${region}, ${date}, without free tiers; --prices puts others in their place.`,
    `Measured (${MEASURED.command}): ${short(MEASURED.eventsPerSecond)} events/s of one core; write and read units of a commit, a sweep, a round and carried state, by groups${kinds.size > 0 ? ', and of joins and patterns' : ''}.`,
    ...(packing.kind === 'zstd'
      ? [
          `Compressed: zstd leaves ${share(ratioAt(packing.curve, 10))} of 10 events in a record and ${share(ratioAt(packing.curve, 1000))} of 1,000, as in ${packing.curve.source}; --sample FILE measures yours.`,
        ]
      : []),
    `Assumed: a call waits ${ASSUMED.callMs} ms for AWS, ${ASSUMED.putMs} ms more for a large segment, a row ${ASSUMED.rowWriteMs} ms; every view costs what the measured one does; ${short(ASSUMED.deadShare * 1e6)} dead letters and ${short(ASSUMED.lateShare * 1e6)} late events in a million${assumedOfLogs(kinds)}.`,
    'Not in it: transfer out, what queries and readers take, mails of alarms, taxes.',
  ];
}

function assumedOfLogs(kinds: ReadonlySet<LogKind>): string {
  const ofJoins =
    kinds.has('interval') || kinds.has('asOf') ? '; an event of a join matches one of the other side' : '';
  if (!kinds.has('pattern')) return ofJoins;
  return `${ofJoins}; one event in 100 passes a step of a pattern, and one in ${short(1 / ASSUMED.matchShare)} ends a match`;
}

function sumOf(items: readonly CostItem[]): number {
  return items.reduce((sum, { dollars }) => sum + dollars, 0);
}

export function short(value: number): string {
  return value.toLocaleString('en-US', value >= 100 ? { maximumFractionDigits: 0 } : { maximumSignificantDigits: 3 });
}

export function money(dollars: number): string {
  return dollars.toLocaleString('en-US', { minimumFractionDigits: 2, maximumFractionDigits: 2 });
}

function share(part: number): string {
  return `${(100 * part).toFixed(1)} %`;
}
