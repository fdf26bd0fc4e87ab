import { DefinitionError } from '../ir/errors.ts';
import type { StructShape } from '../ir/field-shape.ts';
import { type EventOfStep, type MeasureKind, matchedName } from '../ir/match-shape.ts';
import type { ExpressionNode, ValueType } from '../ir/node.ts';
import { Expression, fieldsOf, nodeOf } from './build.ts';
import { KIND_WORDS } from './given.ts';
import type { Measures, SeenStep } from './pattern-seen.ts';
import { callDefinition, recordMade } from './recorder.ts';
import { unknownName } from './unknown-name.ts';
import { refuseRowOperators } from './view-builder.ts';

/** What the callbacks of one pattern are given as `matched`. */
export class MatchedFields {
  readonly #where: string;
  readonly #shape: StructShape;
  /** Of each step those of the definition so far, and those that the callback asks for. */
  readonly measures: Measures;

  constructor(where: string, shape: StructShape, measures: ReadonlyMap<string, readonly ExpressionNode[]>) {
    this.#where = where;
    this.#shape = shape;
    this.measures = new Map([...measures].map(([step, nodes]) => [step, [...nodes]]));
  }

  /** What the steps have taken, by name. With `perhaps`, any of them may have taken nothing. */
  of(steps: readonly SeenStep[], perhaps = false): object {
    const members = steps.map(({ name, takes }) => [name, () => this.#stepOf(name, takes, perhaps)] as const);
    return membersOf(`${this.#where}, matched,`, new Map(members));
  }

  #stepOf(step: string, takes: SeenStep['takes'], perhaps: boolean): object {
    const isNullable = perhaps || takes === 'perhaps' || takes === 'perhapsSeveral' || takes === 'soFar';
    if (takes === 'one' || takes === 'perhaps') return this.#event(step, 'last', isNullable);
    const events: [string, () => object][] =
      takes === 'soFar'
        ? // The event at hand would be its last one, so the last of what was taken is the one before.
          [
            ['first', () => this.#event(step, 'first', true)],
            ['previous', () => this.#event(step, 'last', true)],
          ]
        : [
            ['first', () => this.#event(step, 'first', isNullable)],
            ['last', () => this.#event(step, 'last', isNullable)],
            ['previous', () => this.#event(step, 'previous', true)],
          ];
    const numbers = MEASURES.map((kind) => [kind, () => this.#measure(step, kind)] as const);
    const count = () => numberOf([matchedName(step), 'count'], { kind: 'number', nullable: false, integer: true });
    return membersOf(`${this.#where}, step '${step}',`, new Map([...events, ['count', () => count], ...numbers]));
  }

  #event(step: string, which: EventOfStep, isNullable: boolean): object {
    return fieldsOf(this.#shape, this.#where, [matchedName(step), which], isNullable);
  }

  #measure(step: string, kind: MeasureKind): (of: (event: object) => unknown) => Expression {
    const where = `${this.#where}: ${kind} of step '${step}'`;
    return (of) => {
      const node = callDefinition(where, of, fieldsOf(this.#shape, where), (result) => nodeOf(result, where));
      refuseRowOperators(node, where);
      if (node.type.kind !== 'number') {
        throw new DefinitionError(`${where} was given ${KIND_WORDS[node.type.kind]}, and needs a number of the event.`);
      }
      const measures = this.measures.get(step) ?? [];
      const known = measures.findIndex((measure) => JSON.stringify(measure) === JSON.stringify(node));
      const index = known >= 0 ? known : measures.push(node) - 1;
      this.measures.set(step, measures);
      const isWhole = kind !== 'mean' && node.type.integer === true;
      const type = { kind: 'number', nullable: kind !== 'sum', ...(isWhole && { integer: true }) } as const;
      return numberOf([matchedName(step), kind, String(index)], type);
    };
  }
}

const MEASURES: readonly MeasureKind[] = ['sum', 'mean', 'min', 'max'];

function numberOf(path: readonly string[], type: ValueType): Expression {
  const expression = new Expression({ op: 'field', path, type });
  recordMade(expression, `'${path.slice(0, 2).join('.')}' is read`);
  return expression;
}

/** An object whose members are made when they are read, and that names the nearest one where there is none. */
function membersOf(where: string, members: ReadonlyMap<string, () => object>): object {
  const made = new Map<string, object>();
  return new Proxy(Object.create(null), {
    get(_target, name) {
      if (typeof name !== 'string') return undefined;
      const make = members.get(name);
      if (make === undefined) throw unknownName(where, name, [...members.keys()]);
      const member = made.get(name) ?? make();
      made.set(name, member);
      return member;
    },
    has: (_target, name) => typeof name === 'string' && members.has(name),
    ownKeys: () => [...members.keys()],
    getOwnPropertyDescriptor: (_target, name) =>
      typeof name === 'string' && members.has(name) ? { enumerable: true, configurable: true } : undefined,
  });
}
