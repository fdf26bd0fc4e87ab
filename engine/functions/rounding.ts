import { asOperands, type FunctionDescriptor, type FunctionSql, ifAny, isWholeFrom } from './descriptor.ts';

const base = { takes: ['number'], type: asOperands, canBeNull: ifAny } as const;

export const absFunction: FunctionDescriptor = {
  name: 'abs',
  ...base,
  js: () => Math.abs,
  sql: (_, { operands }) => `abs(${operands[0]})`,
};

export const floorFunction: FunctionDescriptor = {
  name: 'floor',
  ...base,
  js: () => (x: number) => Math.floor(x) + 0,
  sql: (_, { operands }) => `floor(${operands[0]})`,
};

export const ceilFunction: FunctionDescriptor = {
  name: 'ceil',
  ...base,
  js: () => (x: number) => Math.ceil(x) + 0,
  sql: (_, { operands }) => `ceil(${operands[0]})`,
};

const MAX_DIGITS = 15;
/** From here on doubles have no fraction. */
const WHOLE_FROM = 2 ** 52;

/**
 * To so many digits behind the point, and before it where they are negative; halves away from 0. It rounds the product of the double
 * and the power of ten: 1.005 is a little less than it looks, and rounds to 1.
 */
export const roundFunction: FunctionDescriptor = {
  name: 'round',
  ...base,
  settings: { least: 0, most: 1 },
  defaults: [0],
  checkSettings: ([digits]) =>
    isWholeFrom(-MAX_DIGITS, MAX_DIGITS, digits)
      ? null
      : `takes a number of digits, a whole number from −${MAX_DIGITS} to ${MAX_DIGITS}`,
  js([digits]) {
    const places = digits as number;
    const factor = 10 ** Math.abs(places);
    if (places === 0) return (x: number) => away(x) + 0;
    if (places < 0) return (x: number) => away(x / factor) * factor + 0;
    return (x: number) => (Math.abs(x) * factor < WHOLE_FROM ? away(x * factor) / factor + 0 : x);
  },
  sql([digits], { operands: [x], dialect }: FunctionSql) {
    const places = digits as number;
    const factor = `1e${Math.abs(places)}`;
    if (places === 0) return dialect === 'DuckDB' ? `round(${x})` : guarded(`${x}`, '', x as string);
    if (places < 0) {
      const scaled = `(${x}) / ${factor}`;
      return dialect === 'DuckDB' ? `round(${scaled}) * ${factor}` : guarded(scaled, ` * ${factor}`, x as string);
    }
    return guarded(`(${x}) * ${factor}`, ` / ${factor}`, x as string);
  },
};

/** Trino rounds by 64-bit whole numbers. */
function guarded(scaled: string, back: string, x: string): string {
  return `CASE WHEN abs(${scaled}) < ${WHOLE_FROM} THEN round(${scaled})${back} ELSE ${x} END`;
}

/** Halves away from 0. */
function away(x: number): number {
  return x < 0 ? -Math.round(-x) : Math.round(x);
}
