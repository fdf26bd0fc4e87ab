import { withUpstreams } from '../engine/ir/source-definition.ts';
import type { ViewDefinition } from '../engine/ir/view-definition.ts';
import { fingerprint } from '../engine/plan/fingerprint.ts';
import type { CostInput } from './input.ts';
import type { MEASURED } from './measured.ts';

/** The joins and patterns whose rows views take. They are not among the views of a pipeline. Views that take the same of one share it. */
export function logsOf({ views }: CostInput['pipeline']): readonly ViewDefinition[] {
  const logs = [...new Set(views.flatMap(withUpstreams))].filter(({ joined }) => joined !== undefined);
  return [...new Map(logs.map((log) => [`${log.name}@${fingerprint(log)}`, log])).values()];
}

export type LogKind = keyof typeof MEASURED.logs.kinds;

/** As what a log was measured. */
export function logKindOf({ source }: ViewDefinition): LogKind {
  if (source.kind !== 'join') return 'pattern';
  return source.rule.kind;
}
