import type { IncidentRules } from '../../../engine/alerts/incidents.ts';
import { SEVERITIES, type Severity } from '../../../engine/ir/alert.ts';
import type { Verdict } from '../../../engine/plan/alerts.ts';

/** An incident as it is once nothing changes any more. */
export interface SettledIncident {
  readonly firstMs: number;
  readonly lastMs: number;
  readonly severity: Severity;
  readonly isOver: boolean;
}

/**
 * The incidents of one group, made of the verdicts on its final rows in a whole run: window by window, from an array.
 * `verdicts` has each window from the first on; null where the condition is false or there is no row.
 */
export function naiveIncidents(
  verdicts: readonly (Verdict | null)[],
  { slideMs, forWindows, cooldownMs }: IncidentRules,
  originMs = 0,
): SettledIncident[] {
  const found: { first: number; last: number; peak: number; isOver: boolean }[] = [];
  const severityAt = (at: number) => {
    const verdict = verdicts[at];
    return verdict?.kind === 'fires' ? SEVERITIES.indexOf(verdict.severity) : -1;
  };
  for (let at = 0; at < verdicts.length; at++) {
    const open = found.at(-1);
    if (open !== undefined && !open.isOver) {
      if (verdicts[at] !== null) Object.assign(open, { last: at, peak: Math.max(open.peak, severityAt(at)) });
      else if ((at - open.last) * slideMs >= slideMs + cooldownMs) open.isOver = true;
      continue;
    }
    const window = Array.from({ length: forWindows }, (_, back) => at - back);
    const after = open?.last ?? -1;
    if (window.some((place) => place <= after || severityAt(place) < 0)) continue;
    found.push({ first: at - forWindows + 1, last: at, peak: Math.max(...window.map(severityAt)), isOver: false });
  }
  return found.map(({ first, last, peak, isOver }) => ({
    firstMs: originMs + first * slideMs,
    lastMs: originMs + last * slideMs,
    severity: SEVERITIES[peak] as Severity,
    isOver,
  }));
}
