import type { JsonValue, Value } from '../../../engine/ir/node.ts';

type Naive = (values: readonly Value[], settings: readonly JsonValue[]) => Value;

/** What functions give, as plainly as it can be said. Null where an operand is null, but for those that see nulls. */
export function naiveCall(name: string, values: readonly Value[], settings: readonly JsonValue[]): Value {
  const compute = NAIVE[name];
  if (compute === undefined) throw new Error(`There is no naive ${name}.`);
  return !SEES_NULLS.includes(name) && values.includes(null) ? null : compute(values, settings);
}

const SEES_NULLS = ['case', 'concat', 'greatest', 'least'];

const points = (value: unknown) => Array.from(String(value));
const number = (result: number) => (Number.isFinite(result) ? result || 0 : null);
const numbers = (compute: (...values: number[]) => number): Naive => {
  return (values) => number(compute(...values.map(Number)));
};

const NAIVE: Readonly<Record<string, Naive>> = {
  abs: numbers((x) => (x < 0 ? -x : x)),
  ceil: numbers((x) => -Math.floor(-x)),
  floor: numbers((x) => Math.floor(x)),
  mod: numbers((x, y) => x % y),
  sqrt: numbers((x) => x ** 0.5),
  round: ([x], [digits]) => {
    const scaled = Number(x) * 10 ** Number(digits);
    const whole = Math.trunc(scaled);
    return number((Math.abs(scaled - whole) >= 0.5 ? whole + Math.sign(scaled) : whole) / 10 ** Number(digits));
  },
  lower: ([text]) =>
    points(text)
      .map((point) => point.toLowerCase())
      .join(''),
  upper: ([text]) =>
    points(text)
      .map((point) => point.toUpperCase())
      .join(''),
  trim: ([text]) => String(text).replace(/^[\t-\r\p{Zs}]+|[\t-\r\p{Zs}]+$/gu, ''),
  length: ([text]) => points(text).length,
  substring: ([text], [start, length]) => {
    const all = points(text);
    const from = Number(start) > 0 ? Number(start) - 1 : Math.max(0, all.length + Number(start));
    return all.slice(from, length === undefined ? undefined : from + Number(length)).join('');
  },
  startsWith: ([text, start]) => String(text).slice(0, String(start).length) === start,
  contains: ([text, part]) => String(text).split(String(part)).length > 1 || part === '',
  matches: ([text], [pattern]) => new RegExp(String(pattern), 'u').test(String(text)),
  splitPart: ([text], [separator, index]) => {
    const parts = String(text).split(String(separator));
    return parts[Number(index) > 0 ? Number(index) - 1 : parts.length + Number(index)] ?? '';
  },
  urlHost: ([url]) => {
    const [, authority = ''] = /^(?:[a-z][a-z0-9+.-]*:)?\/\/([^/?#]*)/i.exec(String(url)) ?? [];
    const host = authority.split('@').at(-1)?.replace(/:.*$/, '').toLowerCase();
    return host === undefined || host === '' ? null : host;
  },
  urlParameter: ([url], [name]) => {
    const [beforeHash = ''] = String(url).split('#');
    const query = beforeHash.split('?').slice(1).join('?');
    const found = query.split('&').find((part) => part.startsWith(`${name}=`));
    return found === undefined ? null : found.slice(String(name).length + 1);
  },
  concat: (values) => values.map((value) => value ?? '').join(''),
  case: (values) => {
    for (let i = 0; i + 1 < values.length; i += 2) if (values[i] === true) return values[i + 1] as Value;
    return values.length % 2 === 1 ? (values.at(-1) as Value) : null;
  },
  least: (values) => sorted(values)[0] ?? null,
  greatest: (values) => sorted(values).at(-1) ?? null,
  hour: ([time]) => new Date(Number(time)).getUTCHours(),
  dayOfWeek: ([time]) => new Date(Number(time)).getUTCDay(),
  truncate: ([time], [unit]) => {
    const length = { second: 20, minute: 17, hour: 14, day: 11 }[String(unit)] as number;
    const text = new Date(Number(time)).toISOString();
    return Date.parse(`${text.slice(0, length - 1)}${'0000-01-01T00:00:00'.slice(length - 1)}Z`);
  },
};

function sorted(values: readonly Value[]): Value[] {
  return values
    .filter((value) => value !== null)
    .sort((a, b) =>
      typeof a === 'string' ? Buffer.compare(Buffer.from(a), Buffer.from(String(b))) : a < b ? -1 : a > b ? 1 : 0,
    );
}
