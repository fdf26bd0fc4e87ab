import type { Column, TextDictionary } from '../columns/event-columns.ts';
import { TextTable } from '../columns/text-table.ts';
import type { ExpressionNode, Value } from '../ir/node.ts';
import { Constants, compileExpression, compileFunction } from './compile-js.ts';
import { kindOf, type Locals, type Stretch, textOf, type Vector } from './vector.ts';

/** An expression of one text, which gives a boolean or a text: computed once for each text of a dictionary. */
export class MemoVector implements Vector {
  readonly id: number;
  readonly kind: Vector['kind'];
  readonly #text: Vector;
  readonly #stretch: Stretch;
  readonly #evaluate: Evaluate;
  readonly #memos = new WeakMap<TextDictionary, Memo>();
  #last: { readonly dictionary: TextDictionary; readonly memo: Memo } | null = null;
  #turn = -1;
  #column: Column | null = null;
  #truths = new Uint8Array(0);
  #codes = new Int32Array(0);

  constructor(
    id: number,
    node: ExpressionNode,
    { text, locals, stretch }: { readonly text: Vector; readonly locals: Locals; readonly stretch: Stretch },
  ) {
    this.id = id;
    this.kind = kindOf(node.type);
    this.#text = text;
    this.#stretch = stretch;
    const names = new Map([...locals.keys()].map((name) => [name, 'value']));
    const constants = new Constants();
    const source = compileExpression(node, {
      root: 'value',
      locals: names,
      // The answer for null is worked out too, whether or not it will come.
      isRow: true,
      instead: ({ op }) => (op === 'field' ? 'value' : undefined),
      constants,
    });
    this.#evaluate = compileFunction<Evaluate>(['value'], `return ${source};`, constants);
  }

  column(): Column {
    if (this.#turn !== this.#stretch.turn) this.#column = this.#compute();
    this.#turn = this.#stretch.turn;
    return this.#column as Column;
  }

  #compute(): Column {
    const { codes, dictionary } = textOf(this.#text);
    const { length } = this.#stretch.events;
    const memo = this.#memoOf(dictionary);
    const { answers } = memo;
    if (memo.table === null) {
      if (this.#truths.length < length) this.#truths = new Uint8Array(length * 2);
      const values = this.#truths;
      for (let i = 0; i < length; i++) values[i] = answers[(codes[i] as number) + 1] as number;
      return { kind: 'boolean', values };
    }
    if (this.#codes.length < length) this.#codes = new Int32Array(length * 2);
    const into = this.#codes;
    for (let i = 0; i < length; i++) into[i] = answers[(codes[i] as number) + 1] as number;
    return { kind: 'text', codes: into, dictionary: memo.table };
  }

  #memoOf(dictionary: TextDictionary): Memo {
    if (this.#last?.dictionary !== dictionary) {
      const memo = this.#memos.get(dictionary) ?? new Memo(this.kind === 'text' ? new TextTable() : null);
      this.#memos.set(dictionary, memo);
      this.#last = { dictionary, memo };
    }
    const { memo } = this.#last;
    memo.catchUp(dictionary, this.#evaluate);
    return memo;
  }
}

type Evaluate = (text: string | null) => Value;

/** Answers by code + 1: the first is that of null. */
class Memo {
  /** Of an expression that gives texts; null of one that gives booleans. */
  readonly table: TextTable | null;
  answers = new Int32Array(64);
  #size = -1;

  constructor(table: TextTable | null) {
    this.table = table;
  }

  catchUp(dictionary: TextDictionary, evaluate: Evaluate): void {
    const { size } = dictionary;
    if (size >= this.answers.length) {
      const answers = new Int32Array((size + 1) * 2);
      answers.set(this.answers);
      this.answers = answers;
    }
    for (; this.#size < size; this.#size++) {
      const value = evaluate(this.#size < 0 ? null : dictionary.text(this.#size));
      this.answers[this.#size + 1] = this.#answerOf(value);
    }
  }

  #answerOf(value: Value): number {
    if (this.table === null) return value === null ? 2 : Number(value);
    return value === null ? -1 : this.table.codeOf(value as string);
  }
}
