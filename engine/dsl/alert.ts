import { type AlertDefinition, SEVERITIES, type Severity, type SeverityCase } from '../ir/alert.ts';
import { type Duration, durationMs } from '../ir/duration.ts';
import { DefinitionError } from '../ir/errors.ts';
import { checkName } from '../ir/names.ts';
import { type ExpressionNode, goesOverRows } from '../ir/node.ts';
import { rowShape, type ViewDefinition } from '../ir/view-definition.ts';
import { traitsOf } from '../ir/window.ts';
import { conditionOf, fieldsOf, nodeOf } from './build.ts';
import { type Channel, channelOf } from './channels.ts';
import { refuseUnlessLasting } from './early-condition.ts';
import { callDefinition } from './recorder.ts';
import { checkSettings, oneOf, wholeNumber } from './settings.ts';
import type { Condition, Fields, StringExpr } from './types.ts';

/** Severities by condition: the gravest whose condition is true counts, and `otherwise` where none is. */
export interface Severities<R> {
  /** An incident is critical where this is true. */
  readonly critical?: (row: Fields<R>) => Condition;
  /** An incident is a warning where this is true and it is not critical. */
  readonly warning?: (row: Fields<R>) => Condition;
  /** The severity where no condition is true. */
  readonly otherwise: Severity;
}

/**
 * When a view's rows make an incident, and who is told.
 *
 * @example
 * .alert('errors_high', {
 *   when: (row) => row.errors.gt(100),
 *   severity: { critical: (row) => row.errors.gt(1000), otherwise: 'warning' },
 *   for: 2,
 *   resolve: (row) => row.errors.lt(50),
 *   to: [terminal(), webhook({ url: 'https://example.com/alerts', secret: 'ALERTS_SECRET' })],
 * })
 */
export interface Alert<R> {
  /** An incident of a group begins where this is true of its row. */
  readonly when: (row: Fields<R>) => Condition;
  /** How grave an incident is: `'info'`, `'warning'` or `'critical'`, or severities by condition. */
  readonly severity: Severity | Severities<R>;
  /** Where its messages go: 1 to 10 channels. */
  readonly to: readonly Channel[];
  /** Windows in a row for which `when` must be true before an incident is announced. 1 unless set; at most 100. */
  readonly for?: number;
  /**
   * How long the condition must have been false, in event time, before an incident is over: what comes back sooner belongs
   * to the same incident, and sends nothing. Nothing unless set.
   */
  readonly cooldown?: Duration;
  /** An incident goes on until this is true, or the group has no row. Until `when` is not true, unless set. */
  readonly resolve?: (row: Fields<R>) => Condition;
  /** The cause in words. Unless set, `when` with the row's values. */
  readonly reason?: (row: Fields<R>) => StringExpr<string | null>;
  /**
   * How often windows that are still open are looked at, by the clock: an incident is then announced before its window is final.
   * For conditions that more events cannot make false; others are refused. Never unless set; at least a second.
   */
  readonly early?: Duration;
  /** A transition whose window ended longer ago is recorded and not sent: a replay pages nobody. `1 hour` unless set. */
  readonly maxAge?: Duration;
  /** Where more incidents than this begin in one window, one grouped message is sent. 20 unless set; at most 1,000. */
  readonly groupAbove?: number;
}

/** A hundred years: of a replay of old events somebody may want to be told all the same. */
const LONGEST_AGE_DAYS = 36_500;
const SETTINGS = ['when', 'severity', 'for', 'cooldown', 'resolve', 'reason', 'to', 'early', 'maxAge', 'groupAbove'];
/** Alerts of one view: each goes over every row. */
const MAX_ALERTS = 20;
const MAX_CHANNELS = 10;
const MIN_EARLY_MS = 1000;
const MAX_FOR = 100;
const DEFAULT_GROUP_ABOVE = 20;
const MAX_GROUP_ABOVE = 1000;

/** An alert as a call of `.alert(…)` gives it, checked and as data. */
export function checkAlert(view: ViewDefinition, name: string, rule: unknown): AlertDefinition {
  const where = `view '${view.name}', alert('${name}')`;
  checkName(name, where);
  if (view.selected !== undefined) {
    throw new DefinitionError(
      `${where}: an incident goes from window to window of a group, and this view has a row for each event. Count its rows in a view of it with windows, and put the alert there.`,
    );
  }
  if (view.alerts.some((other) => other.name === name)) {
    throw new DefinitionError(`${where}: there is already an alert with this name. Choose another one.`);
  }
  if (view.alerts.length >= MAX_ALERTS) {
    throw new DefinitionError(`${where}: a view has at most ${MAX_ALERTS} alerts. Give the rest to another view.`);
  }
  const noOrder = traitsOf(view.window).refuses.rolling;
  if (noOrder !== null) {
    throw new DefinitionError(
      `${where}: an incident is a run of windows in a fixed order, and ${noOrder}. Use windows such as tumbling('5 minutes').`,
    );
  }
  checkSettings(rule, SETTINGS, where);
  const given = rule as Alert<Record<string, never>>;
  const condition = (setting: string, make: unknown) => conditionIn(view, `${where}: ${setting}`, make);
  const alert = {
    name,
    when: condition('when', given.when),
    ...severitiesOf(given.severity, where, condition),
    forWindows: wholeNumber(given.for ?? 1, MAX_FOR, `${where}: for is`),
    cooldownMs: durationMs(given.cooldown ?? '0 ms', `${where}: cooldown`),
    resolve: given.resolve === undefined ? null : condition('resolve', given.resolve),
    reason: given.reason === undefined ? null : textIn(view, `${where}: reason`, given.reason),
    to: channelsOf(given.to, where),
    earlyMs: given.early === undefined ? null : durationMs(given.early, `${where}: early`, MIN_EARLY_MS),
    maxAgeMs: durationMs(given.maxAge ?? '1 hour', `${where}: maxAge`, 1, LONGEST_AGE_DAYS),
    groupAbove: wholeNumber(given.groupAbove ?? DEFAULT_GROUP_ABOVE, MAX_GROUP_ABOVE, `${where}: groupAbove is`),
  };
  if (alert.earlyMs !== null) checkEarly(view, alert, where);
  return alert;
}

function checkEarly(view: ViewDefinition, { when, severities, forWindows }: AlertDefinition, where: string): void {
  if (view.source.kind !== 'stream') {
    throw new DefinitionError(
      `${where}: early is set, and the view takes the rows of another view, which come once that one's windows are final. Leave it out, or put the alert on the view of the stream.`,
    );
  }
  if (forWindows > 1) {
    throw new DefinitionError(
      `${where}: early is set and for is ${forWindows}, which takes windows that are final to count. Leave one of them out.`,
    );
  }
  refuseUnlessLasting(view, when, `${where}: when`);
  for (const { severity, condition } of severities) {
    refuseUnlessLasting(view, condition, `${where}: severity.${severity}`);
  }
}

function severitiesOf(
  severity: unknown,
  where: string,
  condition: (setting: string, make: unknown) => ExpressionNode,
): Pick<AlertDefinition, 'severities' | 'otherSeverity'> {
  if (typeof severity !== 'object' || severity === null) {
    return { severities: [], otherSeverity: oneOf(severity as Severity, SEVERITIES, `${where}: severity`) };
  }
  checkSettings(severity, ['critical', 'warning', 'otherwise'], `${where}: severity`);
  const { critical, warning, otherwise } = severity as Severities<never>;
  const otherSeverity = oneOf(otherwise, SEVERITIES, `${where}: severity.otherwise`);
  const severities: SeverityCase[] = [];
  for (const [name, make] of [['critical', critical] as const, ['warning', warning] as const]) {
    if (make === undefined) continue;
    if (SEVERITIES.indexOf(name) <= SEVERITIES.indexOf(otherSeverity)) {
      throw new DefinitionError(
        `${where}: severity.${name} is no graver than '${otherSeverity}', which all other rows have. Leave it out, or lower severity.otherwise.`,
      );
    }
    severities.push({ severity: name, condition: condition(`severity.${name}`, make) });
  }
  return { severities, otherSeverity };
}

function channelsOf(to: unknown, where: string): AlertDefinition['to'] {
  if (!Array.isArray(to) || to.length === 0) {
    throw new DefinitionError(`${where}: to must list at least one channel, such as to: [terminal()].`);
  }
  if (to.length > MAX_CHANNELS) {
    throw new DefinitionError(`${where}: to lists ${to.length} channels, and at most ${MAX_CHANNELS} are taken.`);
  }
  return to.map((channel) => channelOf(channel, `${where}: to`));
}

function conditionIn(view: ViewDefinition, where: string, make: unknown): ExpressionNode {
  return expressionIn(view, where, make, (result) => conditionOf(result, where));
}

function textIn(view: ViewDefinition, where: string, make: unknown): ExpressionNode {
  const node = expressionIn(view, where, make, (result) => nodeOf(result, where));
  if (node.type.kind === 'string') return node;
  throw new DefinitionError(`${where} is a ${node.type.kind}, and must be a text of the row.`);
}

function expressionIn(
  view: ViewDefinition,
  where: string,
  make: unknown,
  take: (result: unknown) => ExpressionNode,
): ExpressionNode {
  const fields = fieldsOf(rowShape(view), `the row of view '${view.name}'`);
  const node = callDefinition(where, make as (row: object) => unknown, fields, take);
  if (!goesOverRows(node)) return node;
  throw new DefinitionError(
    `${where} goes over other rows. Give that a column in an earlier .derive(…), and use the column.`,
  );
}
