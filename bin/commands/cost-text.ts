import type { Prices } from '../../contracts/prices.ts';
import { type Cost, type CostItem, MONTHS_ROWS } from '../../cost/cost-model.ts';
import { keptForEver } from '../../cost/kept-rows.ts';
import { MEASURED } from '../../cost/measured.ts';
import { ASSUMED, type CostInput, SECONDS_PER_MONTH } from '../../cost/traffic.ts';

/** One cost, item by item. */
export function costLines(input: CostInput, cost: Cost, prices: Prices): string {
  const millions = (input.eventsPerSecond * SECONDS_PER_MONTH) / 1e6;
  const line = (service: string, what: string, quantity: string, dollars: number) =>
    `  ${service.padEnd(12)} ${what.padEnd(26)} ${quantity.padStart(28)} ${money(dollars).padStart(12)} ${perMillion(dollars / millions).padStart(12)}`;
  const quantityOf = ({ quantity, unit }: CostItem) => `${short(quantity)} ${unit}`;
  return [
    `${headline(input)}; preset ${input.settings.preset}`,
    '',
    `  ${''.padEnd(68)} ${'$ a month'.padStart(12)} ${'$ a million'.padStart(12)}`,
    ...cost.items.map((item) => line(item.service, item.what, quantityOf(item), item.dollars)),
    line('Total', '', `${short(millions)} million events`, cost.dollarsPerMonth),
    '',
    ...trafficLines(input, cost),
    ...growthLines(input, cost),
    ...emptyWindowLines(input),
    ...footnotes(prices),
    '',
  ].join('\n');
}

/** What views cost that write rows of groups without events. */
function emptyWindowLines({ pipeline }: CostInput): string[] {
  return pipeline.views
    .filter(({ emptyWindows }) => emptyWindows === 'zero')
    .map(
      ({ name, keepGroupsForWindows }) =>
        `View ${name} writes up to ${short(keepGroupsForWindows)} rows more each time that a group falls silent; reckoned here as if the same groups came again and again`,
    );
}

/** Presets side by side: how long an event waits, and what that saves. */
export function presetLines(
  costs: readonly { readonly preset: string; readonly input: CostInput; readonly cost: Cost }[],
  prices: Prices,
): string {
  const services = [...new Set(costs.flatMap(({ cost }) => cost.items.map(({ service }) => service)))];
  const row = (name: string, cells: readonly string[]) =>
    `  ${name.padEnd(24)}${cells.map((cell) => cell.padStart(14)).join('')}`;
  const sumOf = (cost: Cost, service: string) =>
    cost.items.filter((item) => item.service === service).reduce((sum, { dollars }) => sum + dollars, 0);
  return [
    headline((costs[0] as (typeof costs)[number]).input),
    '',
    row(
      '',
      costs.map(({ preset }) => preset),
    ),
    row(
      'an event waits, at most',
      costs.map(({ cost }) => `${cost.traffic.waitSeconds.toFixed(1)} s`),
    ),
    row(
      'events a commit',
      costs.map(({ cost }) => short(cost.traffic.eventsPerCommit)),
    ),
    ...services.map((service) =>
      row(
        `${service}, $ a month`,
        costs.map(({ cost }) => money(sumOf(cost, service))),
      ),
    ),
    row(
      'Total, $ a month',
      costs.map(({ cost }) => money(cost.dollarsPerMonth)),
    ),
    row(
      '$ per million events',
      costs.map(({ cost }) => perMillion(cost.dollarsPerMillionEvents)),
    ),
    '',
    ...footnotes(prices),
    '',
  ].join('\n');
}

function headline({ pipeline, eventsPerSecond, eventBytes, packedBytes, groups }: CostInput): string {
  const packed = packedBytes === null ? 'one a record' : `packed in records of ${short(packedBytes)} bytes`;
  return `Pipeline ${pipeline.name}: ${short(eventsPerSecond)} events a second of ${short(eventBytes)} bytes, ${packed}; ${short(groups)} groups`;
}

function trafficLines({ settings }: CostInput, { traffic }: Cost): string[] {
  const { shards, eventsPerCommit, commitSeconds, waitSeconds } = traffic;
  const mode = settings.shards === null ? 'as Kinesis would have on demand' : 'provisioned';
  return [
    `${short(shards)} ${shards === 1 ? 'shard' : 'shards'} (${mode}); a commit of each every ${short(commitSeconds)} s, of ${short(eventsPerCommit)} events; an event waits ${waitSeconds.toFixed(1)} s at most before it counts`,
    ...(traffic.overloaded
      ? [
          'WARNING: a shard gets more than one call at a time can take in. Give it more shards, memory, or packed records.',
        ]
      : []),
    ...(settings.shards !== null && traffic.recordsPerSecond / shards > 1000
      ? ['WARNING: a shard takes 1,000 records a second. Give it more shards, or pack records.']
      : []),
  ];
}

/** What nothing ends grows for as long as the pipeline runs. */
function growthLines({ pipeline }: CostInput, { items }: Cost): string[] {
  const added = items.find(({ what }) => what === MONTHS_ROWS);
  if (added === undefined) return [];
  const names = keptForEver(pipeline).map(({ name }) => name);
  return [
    `Rows of ${names.join(', ')} are kept for ever: after a year they take ${short(12 * added.quantity)} GB, $${money(12 * added.dollars)} a month. keepRows of a view ends that.`,
  ];
}

function footnotes({ region, date }: Prices): string[] {
  return [
    `Prices: ${region}, ${date}, without free tiers; --prices puts others in their place.`,
    `Measured (${MEASURED.command}): ${short(MEASURED.eventsPerSecond)} events a second of one core; write and read units of a commit by groups and events.`,
    `Assumed: a call waits ${ASSUMED.callMs} ms for AWS, a row ${ASSUMED.rowWriteMs} ms; every view costs what the measured one does; ${short(ASSUMED.deadShare * 1e6)} dead letters in a million events; no late events.`,
    'Not in it: the lake without --archive, transfer out, keys of your own, queries, dashboards and alarms.',
  ];
}

function short(value: number): string {
  return value.toLocaleString('en-US', value >= 100 ? { maximumFractionDigits: 0 } : { maximumSignificantDigits: 3 });
}

function money(dollars: number): string {
  return dollars.toLocaleString('en-US', { minimumFractionDigits: 2, maximumFractionDigits: 2 });
}

function perMillion(dollars: number): string {
  return dollars.toLocaleString('en-US', { minimumFractionDigits: 4, maximumFractionDigits: 4 });
}
