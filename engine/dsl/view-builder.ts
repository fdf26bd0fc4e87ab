import { DefinitionError } from '../ir/errors.ts';
import type { StructShape } from '../ir/field-shape.ts';
import { checkColumn, checkName } from '../ir/names.ts';
import {
  type ColumnNode,
  containsRowOperator,
  type ExpressionNode,
  goesOverRows,
  type NamedNode,
  rowOperatorsIn,
  windowTotalsIn,
} from '../ir/node.ts';
import { type SourceDefinition, sourceLabel, sourceShape } from '../ir/source-definition.ts';
import {
  type EventStep,
  fieldNode,
  type NamedAggregate,
  nodeOfStep,
  rowShape,
  type ViewDefinition,
} from '../ir/view-definition.ts';
import { isWindow, traitsOf, type Window, type WindowDefinition } from '../ir/window.ts';
import { AggregateColumn } from './aggregate-column.ts';
import { checkAlert } from './alert.ts';
import { conditionOf, fieldsOf } from './build.ts';
import { callColumns, entriesOf, withColumns } from './columns.ts';
import { checkEmission, type Emission } from './emission.ts';
import { type ExplodeOptions, explodeStep } from './explode.ts';
import { describeGiven, WORDS } from './given.ts';
import { readBy } from './read-by.ts';
import { callDefinition } from './recorder.ts';
import { onceSettled, rowsWindow, selectedColumns } from './selected.ts';
import { checkShares } from './share-of-total.ts';
import { checkTotals, viewSourceOf } from './view-source.ts';

export interface ViewOptions {
  /**
   * Raise it when the view's definition changes: the view then starts over under the new version. 1 unless set; a whole number up
   * to 1,000,000.
   */
  readonly version?: number;
}

interface Draft {
  readonly name: string;
  readonly version: number;
  readonly source: SourceDefinition;
  /** The event's fields, with those that `derive` added. */
  readonly shape: StructShape;
  readonly steps: readonly EventStep[];
  readonly groupBy: readonly string[];
  readonly window?: WindowDefinition;
  readonly emission?: Emission;
}

/** The beginning of a view of a stream, or of a complete view. */
export function beginView(name: string, given: unknown, options: ViewOptions = {}): ViewBuilder {
  checkName(name, `view '${name}'`);
  const version = checkVersion(options, `view '${name}'`);
  const source = viewSourceOf(`view '${name}'`, given);
  return new ViewBuilder({ name, version, source, shape: sourceShape(source), steps: [], groupBy: [] });
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

/** The window of a view, as `tumbling(…)` and its like made it. `where` names view and method for the error. */
function checkWindow(window: unknown, where: string): WindowDefinition {
  if (isWindow(window)) return window;
  const given = typeof window === 'object' ? 'an object that no such function made' : `'${String(window)}'`;
  throw new DefinitionError(
    `${where} needs a window, made by a function such as tumbling('5 minutes'), and was given ${given}.`,
  );
}

/** Collects the parts of a view; every method returns a new builder, so a half-made view can be shared. */
class ViewBuilder {
  readonly #draft: Draft;

  constructor(draft: Draft) {
    this.#draft = draft;
  }

  get [WORDS](): string {
    return `the view '${this.#draft.name}'`;
  }

  where(condition: (event: object) => unknown): ViewBuilder {
    const where = this.#label('where');
    const node = callDefinition(where, condition, this.#fields(), (result) => conditionOf(result, where));
    refuseRowOperators(node, where);
    return this.#with({ steps: [...this.#draft.steps, { step: 'where', condition: node }] });
  }

  derive(columns: (event: object) => Record<string, unknown>): ViewBuilder {
    const where = this.#label('derive');
    const derived = callColumns(where, columns, this.#fields(), new Set(this.#draft.shape.fields.keys()));
    const ofEvents = derived.map(({ name, node }): NamedNode => {
      refuseRowOperators(node, `${where}: '${name}'`);
      return { name, node };
    });
    return this.#with({
      shape: withColumns(this.#draft.shape, ofEvents),
      steps: [...this.#draft.steps, ...ofEvents.map((column) => ({ step: 'derive' as const, ...column }))],
    });
  }

  explode(list: (event: object) => Record<string, unknown>, options: ExplodeOptions = {}): ViewBuilder {
    const { shape, steps } = this.#draft;
    const before = { where: this.#label('explode'), shape, steps, fields: this.#fields() };
    const made = explodeStep(list, options, before);
    refuseRowOperators(made.step.list, before.where);
    return this.#with({ shape: made.shape, steps: [...steps, made.step] });
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
    const where = this.#label('window');
    const checked = checkWindow(window, where);
    checkTotals(where, this.#draft.source, checked);
    return this.#with({ window: checked, emission });
  }

  aggregate(columns: (event: object) => Record<string, unknown>): CompleteView {
    const { name, version, source, shape, steps, window, emission = {}, groupBy } = this.#draft;
    const where = this.#label('aggregate');
    if (!window)
      throw new DefinitionError(`${where}: the view has no window. Call .window(tumbling('5 minutes')) first.`);
    const taken = new Set(groupBy);
    const aggregates = callDefinition(where, columns, this.#fields(), (result) =>
      entriesOf(result, where).map(([column, value]) => {
        checkColumn(column, taken, where);
        if (!(value instanceof AggregateColumn)) {
          throw new DefinitionError(
            `${where}: '${column}' is not an aggregate, but ${describeGiven(value)}. Use count(), sum(e.x) and the like.`,
          );
        }
        value.recordUsed();
        const noLength = traitsOf(window).refuses.rate;
        if (value.kind.needsWindowLength && noLength !== null) {
          throw new DefinitionError(
            `${where}: '${column}' is a ${value.spec.kind}, and ${noLength}. Use count() or sum(e.x).`,
          );
        }
        if (value.argument !== null) refuseRowOperators(value.argument, `${where}: '${column}'`);
        return { name: column, column: emission.emptyWindows === 'zero' ? value.ofEmptyWindows() : value };
      }),
    );
    for (const group of groupBy) checkColumn(group, new Set(), this.#label('groupBy'));
    const groups = groupBy.map((group) => ({ name: group, node: fieldNode(shape, group) }));
    return new CompleteView({
      kind: 'view',
      name,
      version,
      source: readBy(source, nodesOf(steps, groups, aggregates)),
      steps,
      window,
      groupBy: groups,
      aggregates,
      derived: [],
      alerts: [],
      ...checkEmission(emission, window, source, this.#label('window')),
    });
  }

  /** Events as they are: a row each, of fields by name, or of columns that a callback makes. */
  select(columns: unknown, emission: Emission = {}): CompleteView {
    const { name, version, source: given, shape, steps, window, groupBy } = this.#draft;
    const where = this.#label('select');
    if (window !== undefined || groupBy.length > 0) {
      const method = window === undefined ? 'groupBy()' : 'window()';
      throw new DefinitionError(
        `${where}: the view has a ${method}, and select() gives a row for each event. Leave ${method} out, or end with .aggregate(…).`,
      );
    }
    const selected = selectedColumns(where, columns, shape, this.#fields());
    const source = onceSettled(given);
    const rows = rowsWindow();
    checkTotals(where, source, rows);
    return new CompleteView({
      kind: 'view',
      name,
      version,
      source: readBy(source, [...nodesOf(steps, [], []), ...selected.map(({ node }) => node)]),
      steps,
      window: rows,
      groupBy: [{ name: 'row_id', node: ROW_ID }],
      aggregates: [],
      selected,
      derived: [],
      alerts: [],
      ...checkEmission(emission, rows, source, where),
    });
  }

  #fields(): object {
    const { name, source, shape } = this.#draft;
    return fieldsOf(shape, `view '${name}' of ${sourceLabel(source)}`);
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

  get [WORDS](): string {
    return `the view '${this.name}'`;
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
    const reason = traitsOf(window).refuses.rolling;
    for (const column of derived) {
      checkShares(this.definition, column, where);
      if (reason === null || !containsRowOperator(column.node)) continue;
      throw new DefinitionError(
        `${where}: '${column.name}' goes over a group's last windows, which needs windows in a fixed order, and ${reason}. Use windows such as tumbling('5 minutes').`,
      );
    }
    return new CompleteView({ ...this.definition, derived: [...this.definition.derived, ...derived] });
  }

  /** Rows of which the condition is not true are no rows of the view. */
  having(condition: (row: object) => unknown): CompleteView {
    const where = `view '${this.name}', having()`;
    const fields = fieldsOf(rowShape(this.definition), `the row of view '${this.name}'`);
    const node = callDefinition(where, condition, fields, (result) => conditionOf(result, where));
    if (goesOverRows(node)) {
      throw new DefinitionError(
        `${where} goes over other rows. Make a column of that with .derive(…), and take it here.`,
      );
    }
    const { having } = this.definition;
    const type = { kind: 'boolean', nullable: true } as const;
    const both: ExpressionNode = having === undefined ? node : { op: 'and', operands: [having, node], type };
    return new CompleteView({ ...this.definition, having: both });
  }

  alert(name: string, rule: unknown): CompleteView {
    const alert = checkAlert(this.definition, name, rule);
    return new CompleteView({ ...this.definition, alerts: [...this.definition.alerts, alert] });
  }
}

/** A row's own key, which nothing computes from one event alone. */
const ROW_ID: ExpressionNode = { op: 'field', path: ['row_id'], type: { kind: 'string', nullable: false } };

/** All expressions over the events of a view. */
function nodesOf(
  steps: readonly EventStep[],
  groups: readonly NamedNode[],
  aggregates: readonly NamedAggregate[],
): readonly ExpressionNode[] {
  const ofSteps = steps.map(nodeOfStep);
  const ofAggregates = aggregates.flatMap(({ column: { argument, condition } }) => [argument, condition]);
  return [...ofSteps, ...groups.map(({ node }) => node), ...ofAggregates].filter((node) => node !== null);
}

export function refuseRowOperators(node: ColumnNode, where: string): asserts node is ExpressionNode {
  if (windowTotalsIn(node).length > 0) {
    throw new DefinitionError(
      `${where} is a share of a window's rows, and there are none yet. Use it in the .derive(…) after .aggregate(…).`,
    );
  }
  const [operator] = rowOperatorsIn(node);
  if (operator === undefined) return;
  throw new DefinitionError(
    `${where} goes over a group's rows (${operator.kind}), and there are none yet. Use it in the .derive(…) after .aggregate(…).`,
  );
}
