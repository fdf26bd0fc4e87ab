import type { Column, EventColumns, NeededField } from '../columns/event-columns.ts';
import { type ExpressionNode, operandsOf, type ValueType } from '../ir/node.ts';
import { LoopVector, type Source } from './loop-vector.ts';
import { MemoVector } from './memo-vector.ts';
import { kindOf, type Locals, localOf, type Stretch, type Vector } from './vector.ts';

/**
 * The twin of `compileExpression` for events in columns. What an expression means is said there alone: this one says where its
 * fields lie, and that an expression of one text is computed once for each text, not for each event.
 */
export class ColumnExpressions {
  readonly #stretch: { events: EventColumns; turn: number } = { events: NO_EVENTS, turn: 0 };
  readonly #fields = new Map<string, Field>();
  readonly #vectors = new Map<string, Vector>();
  #vectorCount = 0;

  /** Fields that the vectors read, in the order of the columns. */
  get fields(): readonly NeededField[] {
    return [...this.#fields.values()].map(({ path, type, use }) => ({ path, type, use }));
  }

  get stretch(): Stretch {
    return this.#stretch;
  }

  begin(events: EventColumns): void {
    this.#stretch.events = events;
    this.#stretch.turn++;
  }

  vector(node: ExpressionNode, locals: Locals): Vector {
    const local = localOf(node, locals);
    if (local !== undefined) return local;
    if (node.op === 'field') return this.#field(node.path, node.type, 'value');
    const key = keyOf(node, locals);
    const known = this.#vectors.get(key);
    if (known !== undefined) return known;
    const vector = this.#compile(node, locals);
    this.#vectors.set(key, vector);
    return vector;
  }

  /** A vector of which hashes are enough, where it is of texts. */
  hashes(node: ExpressionNode, locals: Locals): Vector {
    const isText = node.op === 'field' && localOf(node, locals) === undefined && node.type.kind === 'string';
    return isText ? this.#field(node.path, node.type, 'hash') : this.vector(node, locals);
  }

  #field(path: readonly string[], type: ValueType, use: NeededField['use']): Vector {
    const key = JSON.stringify(path);
    let field = this.#fields.get(key);
    if (field === undefined) {
      const vector = new FieldVector(this.#nextId(), type, this.#stretch, this.#fields.size);
      field = { path, type, use, vector };
      this.#fields.set(key, field);
    }
    if (use !== field.use) field.use = 'value';
    return field.vector;
  }

  #compile(node: ExpressionNode, locals: Locals): Vector {
    const text = this.#onlyText(node, locals);
    if (text !== null) return new MemoVector(this.#nextId(), node, { text, locals, stretch: this.#stretch });
    const sourceOf = (inner: ExpressionNode): Source | null => {
      const local = localOf(inner, locals);
      if (local !== undefined) return { vector: local, nullable: true };
      if (inner.op === 'field') return { vector: this.vector(inner, locals), nullable: inner.type.nullable };
      const isOfText = inner !== node && this.#onlyText(inner, locals) !== null;
      return isOfText ? { vector: this.vector(inner, locals), nullable: true } : null;
    };
    return new LoopVector(this.#nextId(), node, { sourceOf, locals, stretch: this.#stretch });
  }

  /** The text that an expression is of, where it is of nothing else. */
  #onlyText(node: ExpressionNode, locals: Locals): Vector | null {
    if (node.type.kind !== 'string' && node.type.kind !== 'boolean') return null;
    const vectors = fieldsOf(node).map(({ node: field, use }) => {
      const isStreams = field.op === 'field' && localOf(field, locals) === undefined;
      return isStreams ? this.#field(field.path, field.type, use) : this.vector(field, locals);
    });
    const [first] = vectors;
    return first?.kind === 'text' && vectors.every((vector) => vector === first) ? first : null;
  }

  #nextId(): number {
    return this.#vectorCount++;
  }
}

interface Field {
  readonly path: readonly string[];
  readonly type: ValueType;
  use: NeededField['use'];
  readonly vector: Vector;
}

class FieldVector implements Vector {
  readonly id: number;
  readonly kind: Vector['kind'];
  readonly #stretch: Stretch;
  readonly #index: number;

  constructor(id: number, type: ValueType, stretch: Stretch, index: number) {
    this.id = id;
    this.kind = kindOf(type);
    this.#stretch = stretch;
    this.#index = index;
  }

  column(): Column {
    return this.#stretch.events.columns[this.#index] as Column;
  }
}

function keyOf(node: ExpressionNode, locals: Locals): string {
  return JSON.stringify(node, (_, value) => {
    const local = value?.op === 'field' && Array.isArray(value.path) ? localOf(value, locals) : undefined;
    return local === undefined ? value : { local: local.id, type: value.type };
  });
}

interface FieldUse {
  readonly node: ExpressionNode;
  readonly use: NeededField['use'];
}

/** The path of a URL is that of what is before `?` or `#` in it. */
function fieldsOf(node: ExpressionNode, use: NeededField['use'] = 'value'): FieldUse[] {
  if (node.op === 'field') return [{ node, use }];
  const ofOperands = node.op === 'urlPath' ? 'beforeQuery' : 'value';
  return operandsOf(node).flatMap((operand) => fieldsOf(operand as ExpressionNode, ofOperands));
}

const NO_EVENTS: EventColumns = {
  length: 0,
  firstIndex: 0,
  timesMs: new Float64Array(0),
  starts: new Int32Array(0),
  ends: new Int32Array(0),
  bytes: new Uint8Array(0),
  columns: [],
};
