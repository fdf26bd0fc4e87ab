import { always, asOperands, DOUBLE, type FunctionDescriptor, finite, finiteSql } from './descriptor.ts';

/** What is left of a division, with the sign of the number that is divided. Null of a divisor of 0. */
export const modFunction: FunctionDescriptor = {
  name: 'mod',
  takes: ['number', 'number'],
  type: asOperands,
  canBeNull: always,
  js: () => (x: number, by: number) => (by === 0 ? null : (x % by) + 0),
  sql: (_, { operands: [x, by], dialect }) =>
    dialect === 'DuckDB' ? `(${x}) % NULLIF(${by}, 0)` : `mod(${x}, NULLIF(${by}, 0))`,
};

/** Null where the result is no number, as of a root of a negative one, or beyond the range of doubles. */
export const powerFunction: FunctionDescriptor = {
  name: 'power',
  takes: ['number', 'number'],
  type: DOUBLE,
  canBeNull: always,
  js: () => (x: number, exponent: number) => finite(x ** exponent),
  sql: (_, sql) => finiteSql(`power(${sql.operands.join(', ')})`, sql.dialect),
};

/** Null of a negative number. */
export const sqrtFunction: FunctionDescriptor = {
  name: 'sqrt',
  takes: ['number'],
  type: DOUBLE,
  canBeNull: always,
  js: () => (x: number) => (x < 0 ? null : Math.sqrt(x) + 0),
  sql: (_, { operands: [x] }) => `CASE WHEN ${x} >= 0 THEN sqrt(${x}) END`,
};

/** Null where the result is beyond the range of doubles. */
export const expFunction: FunctionDescriptor = {
  name: 'exp',
  takes: ['number'],
  type: DOUBLE,
  canBeNull: always,
  js: () => (x: number) => finite(Math.exp(x)),
  sql: (_, sql) => finiteSql(`exp(${sql.operands[0]})`, sql.dialect),
};

/** To the base e. Null of 0 and of a negative number. */
export const lnFunction: FunctionDescriptor = {
  name: 'ln',
  takes: ['number'],
  type: DOUBLE,
  canBeNull: always,
  js: () => (x: number) => (x > 0 ? Math.log(x) + 0 : null),
  sql: (_, { operands: [x] }) => `CASE WHEN ${x} > 0 THEN ln(${x}) END`,
};

/** To the base 10, or another. Null of 0 and of a negative number. */
export const logFunction: FunctionDescriptor = {
  name: 'log',
  takes: ['number'],
  settings: { least: 0, most: 1 },
  defaults: [10],
  checkSettings: ([base]) =>
    typeof base === 'number' && Number.isFinite(base) && base > 0 && base !== 1
      ? null
      : 'takes a base, a positive number other than 1',
  type: DOUBLE,
  canBeNull: always,
  js([base]) {
    if (base === 10) return (x: number) => (x > 0 ? Math.log10(x) + 0 : null);
    if (base === 2) return (x: number) => (x > 0 ? Math.log2(x) + 0 : null);
    const ofBase = Math.log(base as number);
    return (x: number) => (x > 0 ? Math.log(x) / ofBase + 0 : null);
  },
  sql([base], { operands: [x] }) {
    const sql = base === 10 || base === 2 ? `log${base}(${x})` : `ln(${x}) / ln(${Number(base).toExponential()})`;
    return `CASE WHEN ${x} > 0 THEN ${sql} END`;
  },
};
