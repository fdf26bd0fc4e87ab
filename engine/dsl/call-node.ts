import type { FunctionDescriptor } from '../functions/descriptor.ts';
import { METHODS, type MethodName } from '../functions/methods.ts';
import { DefinitionError } from '../ir/errors.ts';
import type { ExpressionNode, JsonValue } from '../ir/node.ts';
import { describeNode, KIND_WORDS } from './given.ts';
import { toNumber, toOperand } from './operand.ts';

/** The call of a function that is a method of `on`, with what the method was given: expressions first, then settings. */
export function methodNode(name: MethodName, on: ExpressionNode, given: readonly unknown[]): ExpressionNode {
  const descriptor: FunctionDescriptor = METHODS[name];
  const [kind, ...others] = descriptor.takes;
  if (kind !== null && kind !== undefined && on.type.kind !== kind) {
    throw new DefinitionError(
      `${name}() needs ${KIND_WORDS[kind]}, and ${describeNode(on)} is ${KIND_WORDS[on.type.kind]}.`,
    );
  }
  const call = { method: name, on };
  const toExpression = on.type.kind === 'number' ? toNumber : toOperand;
  const operands = [on, ...others.map((_, index) => toExpression(given[index], call))];
  return callNode(descriptor, operands, settingsOf(descriptor, on, given.slice(others.length)));
}

/** The call of a function. */
export function callNode(
  descriptor: FunctionDescriptor,
  operands: readonly ExpressionNode[],
  settings: readonly JsonValue[] = [],
): ExpressionNode {
  const nullable = descriptor.canBeNull(operands.map(({ type }) => type.nullable));
  const type = { ...descriptor.type(operands.map(({ type }) => type)), nullable };
  return { op: 'call', name: descriptor.name, operands, settings, type };
}

function settingsOf(descriptor: FunctionDescriptor, on: ExpressionNode, given: readonly unknown[]): JsonValue[] {
  const { name, settings = { least: 0, most: 0 }, defaults = [] } = descriptor;
  const count = given.findLastIndex((value) => value !== undefined) + 1;
  const all = [...given.slice(0, count), ...defaults.slice(count)];
  const problem =
    count > settings.most
      ? `takes ${settings.most === 0 ? 'nothing more' : `at most ${settings.most} settings`}`
      : (descriptor.checkSettings?.(all) ?? null);
  if (problem === null) return all as JsonValue[];
  throw new DefinitionError(`${name}() on ${describeNode(on)} ${problem}.`);
}
