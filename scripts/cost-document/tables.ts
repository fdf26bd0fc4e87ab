import { PRICE_LIST } from '../../contracts/prices.ts';
import { MEASURED } from '../../cost/measured.ts';
import { STACK_RESOURCES } from '../../cost/stack-resources.ts';
import { EARLY, earlyLookRows } from './early-looks.ts';
import { type CostData, costData } from './run-cost.ts';

const CLICKSTREAM = 'pipelines/clickstream.ts';

const dollars = (value: number, digits = 2) =>
  value.toLocaleString('en-US', { minimumFractionDigits: digits, maximumFractionDigits: digits });

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(head), `|${'---|'.repeat(head.length)}`, ...rows.map(line)].join('\n');
}

/** A month at four rates, plain and packed. */
async function rates(): Promise<string> {
  const rows = [];
  for (const rate of ['10', '1000', '10000', '100000']) {
    const [plain, zstd] = [
      await costData([CLICKSTREAM, '--rate', rate]),
      await costData([CLICKSTREAM, '--rate', rate, '--zstd']),
    ];
    const cells = [plain, zstd].flatMap((of) => [dollars(of.dollarsPerMonth), dollars(of.dollarsPerMillionEvents, 4)]);
    rows.push([Number(rate).toLocaleString('en-US'), ...cells]);
  }
  return table(
    ['events/s', 'one a record: $ a month', '$ a million', 'packed with zstd: $ a month', '$ a million'],
    rows,
  );
}

/** A month without events, by what stands there. */
async function idle(): Promise<string> {
  const settings: [string, string[]][] = [
    ['as it is by default', []],
    ['`-c shards=1`', ['shards=1']],
    ['`-c monitoring=false`', ['monitoring=false']],
    ['`-c shards=1 -c monitoring=false`', ['shards=1', 'monitoring=false']],
  ];
  const rows = [];
  for (const [name, given] of settings) {
    const of = await costData([CLICKSTREAM, '--rate', '0', ...given.flatMap((each) => ['-c', each])]);
    rows.push([name, dollars(of.dollarsPerMonth)]);
  }
  return table(['deployment of one stream and one view', '$ a month without events'], rows);
}

/** What `npm run bench` measured of pages. */
async function carried(): Promise<string> {
  const names = {
    rolling: '`over({ windows: 10 })`',
    changes: '`changeOver(x, { windows: 10 })`',
    detectors: '`anomaly(x)`',
    zeroRows: "`emptyWindows: 'zero'`",
    totals: 'totals: `global(…)`',
    sessions: 'sessions',
  } as const;
  const { groups, kinds } = MEASURED.carried;
  const rows = Object.entries(kinds).flatMap(([kind, of]) =>
    groups.map((count, at) => [
      names[kind as keyof typeof names],
      count.toLocaleString('en-US'),
      ...[of.writeUnits, of.readUnits, of.puts, of.gets].map((values) => String(values[at])),
    ]),
  );
  return table(['by 1,000 rows', 'groups', 'write units', 'read units', 'PUTs', 'GETs'], rows);
}

/** What `npm run bench -- log-commits` measured of joins and patterns. */
async function logs(): Promise<string> {
  const names = { interval: '`intervalJoin`', asOf: '`asOfJoin`', pattern: '`pattern`' } as const;
  const { events, kinds } = MEASURED.logs;
  const rows = Object.entries(kinds).flatMap(([kind, { commit, round }]) =>
    events.map((count, at) => [
      names[kind as keyof typeof names],
      count.toLocaleString('en-US'),
      ...[commit.writeUnits, commit.readUnits, commit.puts, round.writeUnits, round.readUnits, round.puts].map(
        (values) => String(values[at]),
      ),
    ]),
  );
  return table(
    ['', 'events', 'a commit: write units', 'read units', 'PUTs', 'a round: write units', 'read units', 'PUTs'],
    rows,
  );
}

/** What early alerts add. */
async function early(): Promise<string> {
  return table(['windows of', 'groups', ...EARLY.map((each) => `\`early: '${each}'\``)], earlyLookRows());
}

/** The prices that everything stands on. */
async function prices(): Promise<string> {
  const rows = Object.entries(PRICE_LIST).map(([name, { dollars: value, per, unit, page }]) => [
    `\`${name}\``,
    String(value),
    `${per.toLocaleString('en-US')} ${per === 1 ? unit.replace(/s$/, '') : unit}`,
    `[${page.split('/')[0]}](https://aws.amazon.com/${page}/)`,
  ]);
  return table(['name', '$', 'for', 'page'], rows);
}

/** Every type of resource of a stack that costs something. */
async function resources(): Promise<string> {
  const rows = Object.entries(STACK_RESOURCES).flatMap(([type, billing]) => {
    if (billing.kind === 'free') return [];
    return [[`\`${type}\``, billing.kind === 'priced' ? `the items of ${billing.service}` : billing.what]];
  });
  return table(['resource', 'costs'], rows);
}

export const TABLES: Readonly<Record<string, () => Promise<string>>> = {
  rates,
  idle,
  carried,
  logs,
  early,
  prices,
  resources,
};

/** Single numbers in the middle of a sentence, in dollars. */
export const FIGURES: Readonly<Record<string, () => Promise<string>>> = {
  idle: async () => dollars((await costData([CLICKSTREAM, '--rate', '0'])).dollarsPerMonth),
};

type ByPreset = Readonly<Record<string, CostData>>;

/** The rows of the table in `lib/presets.ts`. */
export async function presetRows(): Promise<string> {
  const at = (...args: string[]) => costData<ByPreset>([CLICKSTREAM, '--preset', 'all', '--rate', ...args]);
  const [few, many, most] = [await at('10'), await at('1000', '--zstd'), await at('10000', '--zstd')];
  const rows = Object.keys(few).map((preset) => {
    const of = (costs: ByPreset) => costs[preset] as CostData;
    const cells = [
      `\`${preset}\``.padEnd(12),
      `${of(many).traffic.waitSeconds.toFixed(1)} s`.padEnd(23),
      of(few).dollarsPerMillionEvents.toFixed(4).padEnd(21),
      of(many).dollarsPerMillionEvents.toFixed(4).padEnd(18),
      of(most).dollarsPerMillionEvents.toFixed(4).padEnd(19),
    ];
    return ` * | ${cells.join(' | ')} |\n`;
  });
  return rows.join('');
}
