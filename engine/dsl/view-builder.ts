import { DefinitionError } from '../ir/errors.ts';
import type { StructShape } from '../ir/field-shape.ts';
import { checkColumn, checkName } from '../ir/names.ts';
import { containsRolling, type ExpressionNode } from '../ir/node.ts';
import type { StreamDefinition } from '../ir/stream-definition.ts';
import { type EventStep, fieldNode, rowShape, type ViewDefinition } from '../ir/view-definition.ts';
import { isAligned, type Window, type WindowDefinition } from '../ir/window.ts';
import { AggregateColumn } from './aggregate-column.ts';
import { conditionOf, fieldsOf } from './build.ts';
import { callColumns, entriesOf, withColumns } from './columns.ts';
import { checkEmission, type Emission } from './emission.ts';
import { callDefinition } from './recorder.ts';
import { checkWindow } from './window.ts';

export interface ViewOptions {
  /** 1 unless set; a whole number up to 1,000,000. */
  readonly version?: number;
}

interface Draft {
  readonly name: string;
  readonly version: number;
  readonly stream: StreamDefinition;
  readonly upstream: ViewDefinition | null;
  /** The event's fields, with those that `derive` added. */
  readonly shape: StructShape;
  readonly steps: readonly EventStep[];
  readonly groupBy: readonly string[];
  readonly window?: WindowDefinition;
  readonly emission?: Emission;
}

/** The beginning of a view of a stream, or of a complete view. */
export function beginView(name: string, source: unknown, options: ViewOptions = {}): ViewBuilder {
  checkName(name, `view '${name}'`);
  const draft = { name, version: checkVersion(options, `view '${name}'`), steps: [], groupBy: [] };
  if (source instanceof CompleteView) {
    const upstream = source.definition;
    checkUpstream(name, upstream);
    return new ViewBuilder({ ...draft, stream: upstream.stream, upstream, shape: rowShape(upstream) });
  }
  const stream = source as StreamDefinition | null | undefined;
  if (stream?.kind === 'stream') return new ViewBuilder({ ...draft, stream, upstream: null, shape: stream.shape });
  throw new DefinitionError(
    `view '${name}': its source must be a stream, made by stream('…', { … }), or a complete view, which ends with .aggregate(…).`,
  );
}

const MAX_VERSION = 1_000_000;

function checkVersion(options: ViewOptions, where: string): number {
  const unknown = Object.keys(options).find((key) => key !== 'version');
  if (unknown !== undefined) {
    throw new DefinitionError(`${where}: there is no option '${unknown}'. A view takes the option version.`);
  }
  const { version = 1 } = options;
  if (Number.isInteger(version) && version >= 1 && version <= MAX_VERSION) return version;
  throw new DefinitionError(
    `${where}: version is ${JSON.stringify(version)}, and must be a whole number from 1 to ${MAX_VERSION.toLocaleString('en-US')}.`,
  );
}

function checkUpstream(name: string, { name: upstream, window }: ViewDefinition): void {
  if (isAligned(window)) return;
  throw new DefinitionError(
    `view '${name}': its source is view '${upstream}' with ${window.kind} windows, whose rows ${window.kind === 'global' ? 'are replaced' : 'move and merge'} as events come. A view can be made of a view with tumbling or sliding windows.`,
  );
}

/** Collects the parts of a view; every method returns a new builder, so a half-made view can be shared. */
class ViewBuilder {
  readonly #draft: Draft;

  constructor(draft: Draft) {
    this.#draft = draft;
  }

  where(condition: (event: object) => unknown): ViewBuilder {
    const where = this.#label('where');
    const node = callDefinition(where, condition, this.#fields(), (result) => conditionOf(result, where));
    refuseRolling(node, where);
    return this.#with({ steps: [...this.#draft.steps, { step: 'where', condition: node }] });
  }

  derive(columns: (event: object) => Record<string, unknown>): ViewBuilder {
    const where = this.#label('derive');
    const derived = callColumns(where, columns, this.#fields(), new Set(this.#draft.shape.fields.keys()));
    for (const { name, node } of derived) refuseRolling(node, `${where}: '${name}'`);
    return this.#with({
      shape: withColumns(this.#draft.shape, derived),
      steps: [...this.#draft.steps, ...derived.map((column) => ({ step: 'derive' as const, ...column }))],
    });
  }

  groupBy(...fields: string[]): ViewBuilder {
    const where = this.#label('groupBy');
    for (const name of fields) {
      const field = this.#draft.shape.fields.get(name);
      if (!field) {
        const nested = String(name).includes('.') ? ` A nested field is brought up by .derive((e) => ({ … })).` : '';
        throw new DefinitionError(
          `${where}: there is no field '${name}'. The fields are ${[...this.#draft.shape.fields.keys()].join(', ')}.${nested}`,
        );
      }
      if (field.shape !== 'leaf' || field.type.kind === 'json') {
        throw new DefinitionError(
          `${where}: '${name}' is an object or an array. Group by a simple field; derive() can bring one up.`,
        );
      }
    }
    if (new Set(fields).size < fields.length) throw new DefinitionError(`${where}: a field is named twice.`);
    return this.#with({ groupBy: fields });
  }

  window(window: Window, emission: Emission = {}): ViewBuilder {
    return this.#with({ window: checkWindow(window, this.#label('window')), emission });
  }

  aggregate(columns: (event: object) => Record<string, unknown>): CompleteView {
    const { name, version, stream, upstream, shape, steps, window, emission = {}, groupBy } = this.#draft;
    const where = this.#label('aggregate');
    if (!window)
      throw new DefinitionError(`${where}: the view has no window. Call .window(tumbling('5 minutes')) first.`);
    const taken = new Set(groupBy);
    const aggregates = callDefinition(where, columns, this.#fields(), (result) =>
      entriesOf(result, where).map(([column, value]) => {
        checkColumn(column, taken, where);
        if (!(value instanceof AggregateColumn)) {
          throw new DefinitionError(`${where}: '${column}' is not an aggregate. Use count(), sum(e.x) and the like.`);
        }
        if (value.spec.kind === 'rate' && window.kind === 'global') {
          throw new DefinitionError(
            `${where}: '${column}' is a rate, and a global window has no length to divide by. Use count() or sum(e.x).`,
          );
        }
        if (value.argument !== null) refuseRolling(value.argument, `${where}: '${column}'`);
        return { name: column, column: value };
      }),
    );
    for (const group of groupBy) checkColumn(group, new Set(), this.#label('groupBy'));
    return new CompleteView({
      kind: 'view',
      name,
      version,
      stream,
      upstream,
      steps,
      window,
      groupBy: groupBy.map((group) => ({ name: group, node: fieldNode(shape, group) })),
      aggregates,
      derived: [],
      ...checkEmission(emission, window, upstream, this.#label('window')),
    });
  }

  #fields(): object {
    const { name, stream, upstream } = this.#draft;
    const source = upstream === null ? `stream '${stream.name}'` : `view '${upstream.name}'`;
    return fieldsOf(this.#draft.shape, `view '${name}' of ${source}`);
  }

  #label(method: string): string {
    return `view '${this.#draft.name}', ${method}()`;
  }

  #with(change: Partial<Draft>): ViewBuilder {
    return new ViewBuilder({ ...this.#draft, ...change });
  }
}

/** A complete view: `definition` is what the engine compiles. */
export class CompleteView {
  readonly definition: ViewDefinition;

  constructor(definition: ViewDefinition) {
    this.definition = definition;
  }

  get name(): string {
    return this.definition.name;
  }

  derive(columns: (row: object) => Record<string, unknown>): CompleteView {
    const { name, window } = this.definition;
    const where = `view '${name}', derive()`;
    const shape = rowShape(this.definition);
    const derived = callColumns(
      where,
      columns,
      fieldsOf(shape, `the row of view '${name}'`),
      new Set(shape.fields.keys()),
    );
    for (const column of derived) {
      if (isAligned(window) || !containsRolling(column.node)) continue;
      throw new DefinitionError(
        `${where}: '${column.name}' goes over a group's last windows, which needs windows in a fixed order: tumbling or sliding ones. These are ${window.kind} windows.`,
      );
    }
    return new CompleteView({ ...this.definition, derived: [...this.definition.derived, ...derived] });
  }
}

function refuseRolling(node: ExpressionNode, where: string): void {
  if (!containsRolling(node)) return;
  throw new DefinitionError(
    `${where}: .over({ windows }) goes over a group's rows. Use it in the .derive(…) after .aggregate(…).`,
  );
}
