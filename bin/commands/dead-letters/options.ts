import type { PipelinePlan } from '../../../engine/plan/plan.ts';
import {
  SIDE_OUTPUT_KINDS,
  type SideOutputKind,
  type SideOutputQuery,
} from '../../../engine/ports/dead-letter-store.ts';
import { UsageError } from '../../cli/command.ts';
import { pointInTimeMs } from '../../cli/point-in-time.ts';

export const FILTER_OPTIONS = {
  stream: { type: 'string' },
  kind: { type: 'string', multiple: true, choices: SIDE_OUTPUT_KINDS },
  reason: { type: 'string' },
  since: { type: 'string' },
  until: { type: 'string' },
  limit: { type: 'string' },
} as const;

export interface FilterValues {
  readonly stream?: string | undefined;
  readonly kind?: readonly string[] | undefined;
  readonly reason?: string | undefined;
  readonly since?: string | undefined;
  readonly until?: string | undefined;
}

/** What the filters ask for. `kinds` are those where none is named. */
export function parseFilters(
  values: FilterValues,
  plan: PipelinePlan,
  kinds: readonly SideOutputKind[],
  nowMs: number,
): Omit<SideOutputQuery, 'limit' | 'after'> {
  const { stream, kind, reason } = values;
  const names = plan.streams.map(({ name }) => name);
  if (stream !== undefined && !names.includes(stream)) {
    throw new UsageError(`--stream is '${stream}', and pipeline '${plan.name}' reads ${names.join(', ')}.`);
  }
  return {
    kinds: kind === undefined ? kinds : kind.map(parseKind),
    stream,
    reason,
    sinceMs: pointInTimeMs(values.since, '--since', nowMs),
    untilMs: pointInTimeMs(values.until, '--until', nowMs),
  };
}

function parseKind(text: string): SideOutputKind {
  const kind = SIDE_OUTPUT_KINDS.find((known) => known === text);
  if (kind) return kind;
  throw new UsageError(`--kind is '${text}', and must be one of ${SIDE_OUTPUT_KINDS.join(', ')}.`);
}
