import type { BooleanColumn, BoxedColumn, Column, NumberColumn, TextColumn } from '../columns/event-columns.ts';
import { TextTable } from '../columns/text-table.ts';
import { type ExpressionNode, operandsOf, type Value } from '../ir/node.ts';
import { Constants, canBeNull, compileExpression, compileFunction, passedOn } from './compile-js.ts';
import { kindOf, type Locals, type Stretch, type Vector } from './vector.ts';

/** What stands in the place of a node: a vector, and whether its values can be null. */
export interface Source {
  readonly vector: Vector;
  readonly nullable: boolean;
}

interface Surroundings {
  /** Null where a node is computed here. */
  readonly sourceOf: (node: ExpressionNode) => Source | null;
  readonly locals: Locals;
  readonly stretch: Stretch;
}

/** An expression as one loop over the events of a stretch. */
export class LoopVector implements Vector {
  readonly id: number;
  readonly kind: Vector['kind'];
  readonly #stretch: Stretch;
  readonly #sources: readonly Vector[];
  readonly #loop: Loop;
  #capacity = 0;
  #result: Result = resultOf('boxed', 0);
  #turn = -1;

  constructor(id: number, node: ExpressionNode, { sourceOf, locals, stretch }: Surroundings) {
    this.id = id;
    this.#stretch = stretch;
    const reads = new Reads(sourceOf);
    const names = new Map([...locals.keys()].map((name) => [name, name]));
    const scope = {
      root: '',
      locals: names,
      instead: (inner: ExpressionNode) => reads.of(inner),
      constants: reads.constants,
    };
    const source = compileExpression(node, scope);
    this.kind = isWide(node, sourceOf) ? 'boxed' : kindOf(node.type);
    this.#sources = reads.vectors;
    const body = `${reads.lines.join('\n')}
for (let i = 0; i < length; i++) {
const value = ${source};
${writeLine(this.kind, canBeNull(node, scope))}
}`;
    this.#loop = compileFunction<Loop>(['length', 'columns', 'out'], body, reads.constants);
  }

  column(): Column {
    if (this.#turn === this.#stretch.turn) return this.#result;
    const { length } = this.#stretch.events;
    if (length > this.#capacity || isFull(this.#result)) {
      this.#capacity = Math.max(this.#capacity, length * 2);
      this.#result = resultOf(this.kind, this.#capacity);
    }
    const columns = this.#sources.map((source) => source.column());
    this.#loop(length, columns, this.#result);
    this.#turn = this.#stretch.turn;
    return this.#result;
  }
}

type Loop = (length: number, columns: readonly Column[], out: Result) => void;
type Result = NumberColumn | (TextColumn & { readonly dictionary: TextTable }) | BooleanColumn | Boxed;
type Boxed = Omit<BoxedColumn, 'values'> & { readonly values: Value[] };

/** Texts that a dictionary of computed ones holds at most before another takes its place. */
const MAX_TEXTS = 65_536;

function isFull(result: Result): boolean {
  return result.kind === 'text' && result.dictionary.size > MAX_TEXTS;
}

function resultOf(kind: Vector['kind'], capacity: number): Result {
  switch (kind) {
    case 'number':
      return { kind, values: new Float64Array(capacity), present: new Uint8Array(capacity) };
    case 'text':
      return { kind, codes: new Int32Array(capacity), dictionary: new TextTable() };
    case 'boolean':
      return { kind, values: new Uint8Array(capacity) };
    default:
      return { kind, values: new Array<Value>(capacity).fill(null) };
  }
}

function writeLine(kind: Vector['kind'], nullable: boolean): string {
  switch (kind) {
    case 'number':
      return nullable
        ? 'if (value === null) out.present[i] = 0; else { out.values[i] = value + 0; out.present[i] = 1; }'
        : 'out.values[i] = value + 0; out.present[i] = 1;';
    case 'text':
      return 'out.codes[i] = value === null ? -1 : out.dictionary.codeOf(value);';
    case 'boolean':
      return 'out.values[i] = value === null ? 2 : +value;';
    default:
      return 'out.values[i] = value;';
  }
}

/** How the source of a loop reads what other vectors have. */
class Reads {
  readonly vectors: Vector[] = [];
  readonly lines: string[] = [];
  readonly constants = new Constants();
  readonly #sourceOf: Surroundings['sourceOf'];
  readonly #truths: string;

  constructor(sourceOf: Surroundings['sourceOf']) {
    this.#sourceOf = sourceOf;
    this.#truths = this.constants.add([false, true, null]);
  }

  of(node: ExpressionNode): string | undefined {
    const source = this.#sourceOf(node);
    return source === null ? undefined : this.#read(source);
  }

  #read({ vector, nullable }: Source): string {
    const n = this.#indexOf(vector);
    switch (vector.kind) {
      case 'number':
        return nullable ? `(p${n} !== null && p${n}[i] === 0 ? null : v${n}[i])` : `v${n}[i]`;
      case 'text':
        return nullable ? `(v${n}[i] < 0 ? null : d${n}.text(v${n}[i]))` : `d${n}.text(v${n}[i])`;
      case 'boolean':
        return nullable ? `${this.#truths}[v${n}[i]]` : `(v${n}[i] === 1)`;
      default:
        return `v${n}[i]`;
    }
  }

  #indexOf(vector: Vector): number {
    const known = this.vectors.indexOf(vector);
    if (known >= 0) return known;
    const n = this.vectors.push(vector) - 1;
    this.lines.push(`const v${n} = columns[${n}].${vector.kind === 'text' ? 'codes' : 'values'};`);
    if (vector.kind === 'number') this.lines.push(`const p${n} = columns[${n}].present;`);
    if (vector.kind === 'text') this.lines.push(`const d${n} = columns[${n}].dictionary;`);
    return n;
  }
}

/** Whether a value can be a bigint, which columns of numbers do not hold: a constant beyond 2^53, or what is one already. */
function isWide(node: ExpressionNode, sourceOf: Surroundings['sourceOf']): boolean {
  if (node.type.kind !== 'number') return false;
  const source = sourceOf(node);
  if (source !== null) return source.vector.kind === 'boxed';
  if (node.op === 'literal') return typeof node.value === 'string';
  if (node.op === 'call') return passedOn(node).some((operand) => isWide(operand, sourceOf));
  if (node.op !== 'coalesce') return false;
  const { fallback } = node;
  const isWideConstant = typeof fallback === 'string';
  return isWideConstant || operandsOf(node).some((operand) => isWide(operand as ExpressionNode, sourceOf));
}
