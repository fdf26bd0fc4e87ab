import { DefinitionError } from '../ir/errors.ts';
import type { ExpressionNode, ValueKind } from '../ir/node.ts';
import { isRounded, toNodeConstant, wholeOf } from '../ir/whole-number.ts';
import { describeGiven, describeNode, KIND_WORDS } from './given.ts';
import { recordUsed } from './recorder.ts';

export const NODE = Symbol('node');

/** What an expression of a definition is to those that are given one: the holder of a node. */
export abstract class NodeHolder {
  readonly [NODE]: ExpressionNode;

  constructor(node: ExpressionNode) {
    this[NODE] = node;
  }
}

/** The node of an expression. `where` names what it was given to. */
export function nodeOf(expression: unknown, where: string): ExpressionNode {
  if (expression instanceof NodeHolder) {
    recordUsed(expression, () => describeNode(expression[NODE]));
    return expression[NODE];
  }
  throw new DefinitionError(
    `${where} was given ${describeGiven(expression)}, and needs an expression such as e.amount or e.status.gte(500).`,
  );
}

/** The node of a condition. `where` names what it was given to. */
export function conditionOf(expression: unknown, where: string): ExpressionNode {
  const node = nodeOf(expression, where);
  if (node.type.kind === 'boolean') return node;
  throw new DefinitionError(
    `${where} was given ${describeNode(node)}, ${KIND_WORDS[node.type.kind]}, and needs a condition such as e.status.gte(500).`,
  );
}

/** A method of an expression that is given others, for messages. */
export interface Call {
  readonly method: string;
  /** The expression whose method it is. */
  readonly on: ExpressionNode;
}

/** An expression of the same kind as the one whose method it is, or a value of that kind. */
export function toOperand(given: unknown, call: Call): ExpressionNode {
  const { type } = call.on;
  if (type.kind === 'number') return typeof given === 'number' ? numberNode(given, call) : wholeNode(given, call);
  if (typeof given === type.kind && (typeof given === 'string' || typeof given === 'boolean')) {
    return { op: 'literal', value: given, type: { kind: type.kind, nullable: false } };
  }
  return toExpression(given, type.kind, call);
}

/** An operand of arithmetic, which is on doubles: no bigint. */
export function toNumber(given: unknown, call: Call): ExpressionNode {
  return typeof given === 'bigint' ? refuse(given, 'number', call) : toOperand(given, call);
}

/** An expression of a kind. */
export function toExpression(given: unknown, kind: ValueKind, call: Call): ExpressionNode {
  if (!(given instanceof NodeHolder)) return refuse(given, kind, call);
  const node = nodeOf(given, `${call.method}() on ${describeNode(call.on)}`);
  if (node.type.kind === kind) return node;
  const { method, on } = call;
  throw new DefinitionError(
    `${method}() puts ${describeNode(on)}, ${KIND_WORDS[kind]}, together with ${describeNode(node)}, ${KIND_WORDS[node.type.kind]}. ${HELP[kind]}`,
  );
}

/** Throws the `DefinitionError` about what a method does not take. */
export function refuse(given: unknown, kind: ValueKind, { method, on }: Call, help = HELP[kind]): never {
  throw new DefinitionError(
    `${method}() on ${describeNode(on)}, ${KIND_WORDS[on.type.kind]}, was given ${describeGiven(given)}. ${help}`,
  );
}

/** What a method takes in place of what it was given. */
const HELP: Readonly<Record<ValueKind, string>> = {
  string: "Give it a string such as 'click', or an expression that is one, such as e.action.",
  number: 'Give it a finite number such as 500, or an expression that is one, such as e.amount.',
  boolean: 'Give it a condition such as e.paid or e.status.gte(500).',
  instant: 'Give it another timestamp, such as e.sent_at: instants are compared with one another alone.',
  json: 'It takes no such value.',
};

function numberNode(given: number, call: Call): ExpressionNode {
  if (!Number.isFinite(given)) return refuse(given, 'number', call);
  const integer = Number.isInteger(given);
  // JavaScript rounded it before it came here, so that it may stand for the identifier beside it.
  if (call.on.type.integer && !IS_ARITHMETIC.has(call.method) && isRounded(given) && wholeOf(BigInt(given)) !== null) {
    return refuse(given, 'number', call, `Beyond 2^53 JavaScript rounds numbers: write a bigint, ${BigInt(given)}n.`);
  }
  const type = { kind: 'number', nullable: false, ...(Number.isSafeInteger(given) && { integer }) } as const;
  // −0 is 0, as in events.
  return { op: 'literal', value: given + 0, type };
}

const IS_ARITHMETIC: ReadonlySet<string> = new Set(['add', 'sub', 'mul', 'div']);

/** A bigint where whole numbers are; otherwise an expression. */
function wholeNode(given: unknown, call: Call): ExpressionNode {
  if (typeof given !== 'bigint') return toExpression(given, 'number', call);
  if (!call.on.type.integer) {
    return refuse(
      given,
      'number',
      call,
      'A bigint is for Type.Integer() fields, which are exact: write a number here.',
    );
  }
  const value = wholeOf(given);
  if (value === null) return refuse(given, 'number', call, 'Whole numbers have 64 bits: from −2^63 to 2^63 − 1.');
  return { op: 'literal', value: toNodeConstant(value), type: { kind: 'number', nullable: false, integer: true } };
}
