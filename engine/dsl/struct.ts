import type { ExpressionNode, StructOperatorNode } from '../ir/node.ts';
import { recordMade, recordUsed } from './recorder.ts';
import type { Fields } from './types.ts';
import { unknownName } from './unknown-name.ts';

/** The structs that callbacks hold, and the nodes behind them: a struct shows its fields, and nothing else. */
const structs = new WeakMap<object, StructOperatorNode>();

/** A row operator of several values, as an object to read its fields from; `leafOf` makes an expression of a node. */
export function structOf<S>(node: Omit<StructOperatorNode, 'op'>, leafOf: (node: ExpressionNode) => object): Fields<S> {
  const operand: StructOperatorNode = { op: 'structOperator', ...node };
  const { fields } = operand.type;
  const proxy: object = new Proxy(Object.create(null), {
    get(_target, name) {
      if (typeof name !== 'string') return undefined;
      const type = Object.hasOwn(fields, name) ? fields[name] : undefined;
      if (type === undefined) throw unknownName(`${operand.kind}(…)`, name, Object.keys(fields));
      recordUsed(proxy, () => `the result of ${operand.kind}(…)`);
      return leafOf({ op: 'member', operand, name, type });
    },
    has: (_target, name) => typeof name === 'string' && Object.hasOwn(fields, name),
    ownKeys: () => Object.keys(fields),
    getOwnPropertyDescriptor: (_target, name) =>
      typeof name === 'string' && Object.hasOwn(fields, name) ? { enumerable: true, configurable: true } : undefined,
  });
  structs.set(proxy, operand);
  recordMade(proxy, `${operand.kind}(…) is made`);
  return proxy as unknown as Fields<S>;
}

/** The node behind a struct, which is thereby used; undefined of all else. */
export function structNodeOf(value: unknown): StructOperatorNode | undefined {
  const struct = typeof value === 'object' && value !== null ? structs.get(value) : undefined;
  if (struct !== undefined) recordUsed(value as object, () => `the result of ${struct.kind}(…)`);
  return struct;
}
