import { formatDuration } from '../../engine/ir/duration.ts';
import type { JoinRule, JoinSide } from '../../engine/ir/join-definition.ts';
import type { ViewDefinition } from '../../engine/ir/view-definition.ts';
import type { ViewPlan } from '../../engine/plan/plan.ts';
import { sourceWords } from '../../engine/sources/registry.ts';
import { windowOf } from '../../engine/windows/registry.ts';

/** What a join does, in lines as those of a view. */
export function joinLines({ key, definition }: ViewPlan): string[] {
  const { name, source, window, lateEvents, buckets } = definition;
  if (source.kind !== 'join') return [];
  const { left, right, rule } = source;
  const on = left.on.map(({ path }, index) => `${path.join('.')} = ${right.on[index]?.path.join('.')}`);
  return [
    `Join ${name} of ${sourceWords(source)}`,
    `  matches       ${ruleInWords(rule, left.name, right.name)}`,
    `  keeps         ${keptInWords(rule, left.name, right.name)}`,
    `  key           ${on.join(', ')}; a null in it matches nothing`,
    `  log           ${windowOf(window).words.window}, with ${fieldsInWords(left)}; ${fieldsInWords(right)}`,
    `  late events   none allowed; they are ${lateEvents === 'sideOutput' ? 'kept aside' : 'dropped and counted'}`,
    `  state         under ${key}, ${buckets} ${buckets === 1 ? 'bucket' : 'buckets'}; ${stateInWords(rule)}`,
    '',
  ];
}

function ruleInWords(rule: JoinRule, left: string, right: string): string {
  if (rule.kind === 'interval') {
    return `each of ${left} with those of ${right} from ${signed(rule.fromMs)} to ${signed(rule.toMs)} after it`;
  }
  const reach = rule.toleranceMs === null ? '' : `, at most ${formatDuration(rule.toleranceMs)} ago`;
  return `each of ${left} with the last of ${right} ${rule.allowExactMatches ? 'up to' : 'before'} it${reach}`;
}

function keptInWords({ type }: JoinRule, left: string, right: string): string {
  if (type === 'inner') return 'matches alone';
  const kept = type === 'full' ? `${left} and ${right}` : type === 'left' ? left : right;
  return `also those of ${kept} that match nothing`;
}

function stateInWords(rule: JoinRule): string {
  if (rule.kind === 'asOf' && rule.toleranceMs === null) return 'the last right row of each key stays';
  return 'gone when nothing that comes can match it';
}

function fieldsInWords({ name, columns }: JoinSide<ViewDefinition>): string {
  const fields = columns.map(({ path }) => path.join('.'));
  return `of ${name} ${fields.length === 0 ? 'the time alone' : fields.join(', ')}`;
}

function signed(ms: number): string {
  return ms < 0 ? `-${formatDuration(-ms)}` : formatDuration(ms);
}
