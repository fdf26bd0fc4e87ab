import { Noise } from './noise.ts';
import type { LabelledSeries } from './score.ts';

/** A kind of series that is long, hourly, slow or bursty, of which real ones with labels are few. */
interface Kind {
  readonly name: string;
  readonly minutes: number;
  readonly rows: number;
  readonly copies: number;
  /** As shares of the length: where the anomalies begin. */
  readonly anomalies: readonly number[];
  /** The values, of `rows` rows. `at` are the rows where the anomalies begin. */
  draw(noise: Noise, rows: number, at: readonly number[]): number[];
}

/** All labels of a series together cover a tenth of it, as in the benchmark. */
const LABELLED = 0.1;
const MONDAY = Date.UTC(2024, 0, 1);

export function madeUp(): LabelledSeries[] {
  return KINDS.flatMap((kind, k) =>
    Array.from({ length: kind.copies }, (_, copy) => series(kind, copy, new Noise(1000 * (k + 1) + copy))),
  );
}

function series(kind: Kind, copy: number, noise: Noise): LabelledSeries {
  const { rows, minutes, anomalies } = kind;
  const at = anomalies.map((share) => Math.round(rows * (share + noise.between(-0.03, 0.03))));
  const half = Math.round((rows * LABELLED) / (2 * Math.max(1, at.length)));
  return {
    name: `made-up/${kind.name}-${copy + 1}.csv`,
    values: kind.draw(noise, rows, at),
    timesMs: Array.from({ length: rows }, (_, row) => MONDAY + row * minutes * 60_000),
    windows: at.map((row) => [row - half, Math.min(rows - 1, row + half)]),
  };
}

const rowsOf = (rows: number, value: (row: number) => number) => Array.from({ length: rows }, (_, row) => value(row));
/** How many rows before this one the last of the anomalies began, of those that it picks; infinite before all. */
function since(row: number, at: readonly number[], picked: (number: number) => boolean = () => true): number {
  for (let i = at.length - 1; i >= 0; i--) if ((at[i] as number) <= row && picked(i)) return row - (at[i] as number);
  return Number.POSITIVE_INFINITY;
}
const wave = (row: number, period: number, shift = 0) => Math.sin(2 * Math.PI * (row / period + shift));
/** The part of a working day at an hour: low at night, two humps. */
const bustle = (hour: number) =>
  0.25 + 0.75 * Math.exp(-(((hour - 10) / 3.5) ** 2)) + 0.9 * Math.exp(-(((hour - 19) / 3) ** 2));

/** Rides each half hour: a day and a week; holidays that look like Sundays, a storm, a night of surge. */
const rides: Kind = {
  name: 'rides',
  minutes: 30,
  rows: 10_320,
  copies: 4,
  anomalies: [0.2, 0.4, 0.55, 0.72, 0.9],
  draw(noise, rows, at) {
    const weather = noise.wandering(0.05, 48);
    const days = at.map((row) => Math.floor(row / 48));
    const size = noise.between(0.7, 1);
    return rowsOf(rows, (row) => {
      const day = Math.floor(row / 48);
      const hour = (row % 48) / 2;
      const event = days.findIndex((first) => day === first || (day === first + 1 && first % 2 === 0));
      const isHoliday = event >= 0 && event % 3 === 0;
      const isSunday = day % 7 === 6 || isHoliday;
      const isParty = day % 7 === 4 || day % 7 === 5;
      const base = bustle(hour) * (isSunday ? 0.75 : 1) + (isParty && (hour > 21 || hour < 2) ? 0.5 : 0);
      const factor = event < 0 ? 1 : event % 3 === 0 ? 0.85 : event % 3 === 1 ? 1 - 0.75 * size : 1;
      const surge = event >= 0 && event % 3 === 2 && (hour < 5 || hour > 22) ? 1.2 * size : 0;
      const growth = 1 + 0.1 * wave(row, rows * 1.5);
      return Math.round(15_000 * growth * (base * factor + surge) * (1 + weather() + 0.03 * noise.normal()));
    });
  },
};

/** Mentions of a name in five minutes: counts with bursts, most of them small; larger ones, and a busy day. */
const mentions: Kind = {
  name: 'mentions',
  minutes: 5,
  rows: 15_840,
  copies: 6,
  anomalies: [0.25, 0.5, 0.72, 0.9],
  draw(noise, rows, at) {
    const usual = 2 ** noise.between(1, 7);
    const mood = noise.wandering(0.3, 600);
    let burst = 0;
    let fade = 0.95;
    return rowsOf(rows, (row) => {
      if (noise.happens(1 / 500)) {
        burst += Math.min(3, 0.5 * noise.pareto(1.5));
        fade = noise.between(0.8, 0.98);
      }
      const ago = since(row, at, (i) => i % 4 !== 3);
      if (ago === 0) {
        burst += noise.between(6, 15);
        fade = noise.between(0.9, 0.98);
      }
      burst *= fade;
      const busy = since(row, at, (i) => i % 4 === 3) < 200 ? 2 : 0;
      const base = usual * (1 + 0.5 * wave(row, 288) + 0.1 * wave(row, 2016)) * Math.exp(mood());
      return noise.count(base * (1 + burst + busy), 0.1);
    });
  },
};

/** Prices each hour: a short series with some spikes of its own; a much larger one, a high half day, none at night. */
const prices: Kind = {
  name: 'prices',
  minutes: 60,
  rows: 1624,
  copies: 8,
  anomalies: [0.45, 0.8],
  draw(noise, rows, at) {
    const usual = noise.between(0.3, 4);
    const spread = noise.between(0.08, 0.3);
    const strength = noise.between(0.1, 0.6);
    return rowsOf(rows, (row) => {
      const spike = noise.happens(0.01) ? noise.between(1.3, 2.2) : 1;
      const season = 1 + strength * (0.7 * wave(row, 24) + 0.3 * wave(row, 168));
      const anomaly = since(row, at, (i) => i === 0) < 2 ? 4 : since(row, at, (i) => i === 1) < 12 ? 2.2 : 1;
      return usual * season * Math.exp(spread * noise.normal()) * spike * anomaly;
    });
  },
};

/** The temperature of a room each hour: a year, the weather, working days; it falls fast, and it drifts where it never was. */
const rooms: Kind = {
  name: 'room',
  minutes: 60,
  rows: 7267,
  copies: 4,
  anomalies: [0.4, 0.85],
  draw(noise, rows, at) {
    const weather = noise.wandering(2, 80);
    return rowsOf(rows, (row) => {
      const works = row % 168 < 120 ? 1 : 0.4;
      const fall = since(row, at, (i) => i === 0);
      const drift = since(row, at, (i) => i === 1);
      const fallen = fall < 30 ? -9 * Math.min(1, fall / 6) * Math.min(1, (30 - fall) / 10) : 0;
      const drifted = drift < 150 ? 8 * Math.sin((Math.PI * drift) / 150) : 0;
      return (
        70 +
        4 * wave(row, 8760) +
        weather() +
        1.5 * works * wave(row, 24, 0.4) +
        0.4 * noise.normal() +
        fallen +
        drifted
      );
    });
  },
};

/** The temperature of a machine: slow wandering, small dips; shutdowns, and a decline of days before the last one. */
const machines: Kind = {
  name: 'machine',
  minutes: 5,
  rows: 22_690,
  copies: 4,
  anomalies: [0.18, 0.5, 0.7, 0.92],
  draw(noise, rows, at) {
    const slow = noise.wandering(6, 400);
    const fast = noise.wandering(1.5, 10);
    let dip = 0;
    return rowsOf(rows, (row) => {
      if (noise.happens(1 / 3000)) dip = noise.between(5, 15);
      dip *= 0.985;
      const stop = since(row, at, (i) => i % 2 === 0);
      const stopped = stop < 60 ? 70 * Math.min(1, stop / 15) : stop < 400 ? 70 * Math.exp(-(stop - 60) / 40) : 0;
      const decline = since(row, at, (i) => i % 2 === 1);
      const declined = decline < 700 ? (30 * decline) / 700 : decline < 1000 ? 30 * Math.exp(-(decline - 700) / 60) : 0;
      return 90 + slow() + fast() - dip - stopped - declined + 0.5 * noise.normal();
    });
  },
};

/** The load of a host: jobs at their hours; a loop from some day on, which stays. */
const hosts: Kind = {
  name: 'host',
  minutes: 5,
  rows: 18_050,
  copies: 4,
  anomalies: [0.8],
  draw(noise, rows, at) {
    const usual = noise.between(20, 50);
    const slow = noise.wandering(2, 500);
    let job = 0;
    return rowsOf(rows, (row) => {
      if (row % 72 === 10 || noise.happens(1 / 400)) job = noise.between(10, 40);
      job *= 0.75;
      const ago = since(row, at);
      const loop = ago === Number.POSITIVE_INFINITY ? 0 : ago < 600 ? 15 + 8 * wave(ago, 40) : 0;
      return Math.max(0, Math.min(100, usual + slow() + job + loop + 4 * wave(row, 288) + 1.5 * noise.normal()));
    });
  },
};

/** Milliseconds of requests: narrow, with rare spikes; a higher spike, many spikes, and a spread that grows. */
const latencies: Kind = {
  name: 'latency',
  minutes: 5,
  rows: 4032,
  copies: 5,
  anomalies: [0.35, 0.6, 0.85],
  draw(noise, rows, at) {
    return rowsOf(rows, (row) => {
      const one = since(row, at, (i) => i === 0) < 2;
      const many = since(row, at, (i) => i === 1) < 40;
      const wide = since(row, at, (i) => i === 2) < 100;
      const spike = one ? 55 : noise.happens(many ? 0.4 : 1 / 300) ? noise.between(12, 25) : 0;
      return 45 + spike + (wide ? 8 : 2) * noise.normal() + wave(row, 288);
    });
  },
};

/** How long keys are held, as somebody types; somebody else types for a while. */
const keys: Kind = {
  name: 'keys',
  minutes: 5,
  rows: 3500,
  copies: 6,
  anomalies: [0.7],
  draw(noise, rows, at) {
    const tempo = noise.wandering(0.15, 30);
    const other = noise.happens(0.5) ? 0.75 : 1.4;
    return rowsOf(rows, (row) => {
      const isOther = since(row, at) < 120;
      return 0.09 * (isOther ? other : 1) * Math.exp(tempo() + (isOther ? 0.35 : 0.2) * noise.normal());
    });
  },
};

/** The load of an office each hour: a weekend that does not come, a working day that does not. */
const offices: Kind = {
  name: 'office',
  minutes: 60,
  rows: 3400,
  copies: 5,
  anomalies: [0.4, 0.75],
  draw(noise, rows, at) {
    const wrong = at.map((row, i) => Math.floor(row / 168) * 7 + (i === 0 ? 5 : 2));
    return rowsOf(rows, (row) => {
      const day = Math.floor(row / 24);
      const isFree = day % 7 >= 5 !== (wrong.includes(day) || (wrong[0] as number) + 1 === day);
      return noise.count(isFree ? 40 : 40 + 200 * bustle(row % 24), 0.01);
    });
  },
};

/** A sensor in sun and shade: it sticks at a value; its zero moves a little and stays; it creeps away. */
const sensors: Kind = {
  name: 'sensor',
  minutes: 15,
  rows: 6000,
  copies: 5,
  anomalies: [0.35, 0.6, 0.88],
  draw(noise, rows, at) {
    const cloud = noise.wandering(1.2, 20);
    let last = 0;
    return rowsOf(rows, (row) => {
      if (since(row, at, (i) => i === 0) < 60) return last;
      const moved = since(row, at, (i) => i === 1) === Number.POSITIVE_INFINITY ? 0 : 9;
      const creeping = since(row, at, (i) => i === 2);
      const crept = creeping === Number.POSITIVE_INFINITY ? 0 : Math.min(12, creeping / 15);
      last = 20 + 6 * wave(row, 96) + cloud() + moved + crept;
      return Math.round((last + 0.3 * noise.normal()) * 10) / 10;
    });
  },
};

/** Nothing is wrong: growth, a spread that grows with it, and busy hours of chance. */
const healthy: Kind = {
  name: 'healthy',
  minutes: 10,
  rows: 8000,
  copies: 5,
  anomalies: [],
  draw(noise, rows) {
    const slow = noise.wandering(0.1, 300);
    const growth = noise.between(0.5, 2);
    return rowsOf(rows, (row) => {
      const level = 100 * (1 + (growth * row) / rows);
      return noise.count(level * (1 + 0.5 * wave(row, 144) + 0.15 * wave(row, 1008)) * Math.exp(slow()), 0.02);
    });
  },
};

const KINDS = [rides, mentions, prices, rooms, machines, hosts, latencies, keys, offices, sensors, healthy];
