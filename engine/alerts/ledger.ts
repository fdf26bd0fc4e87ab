import type { Severity, TransitionKind } from '../ir/alert.ts';
import { isGraver } from '../plan/alerts.ts';
import type { Incident, Step } from './incidents.ts';

/** An incident as it was announced. */
export interface Announced {
  /** Its number among the incidents of the view's bucket: 0 until the first message is made, negative where that was early. */
  id: number;
  /** Of its last message. */
  sequence: number;
  firstMs: number;
  lastMs: number;
  severity: Severity;
  reason: string;
  isOver: boolean;
  /** The id of the grouped message that tells of it; null where it has messages of its own. */
  groupedIn: number | null;
  /** The id that it has from the view's key before this one, in place of its number; null where it began under this key. */
  adopted: string | null;
}

export interface Transition {
  readonly kind: TransitionKind;
  readonly incident: Announced;
  /** Start of the window that shows it. */
  readonly atMs: number;
  /** What the message says: later transitions change the incident. */
  readonly severity: Severity;
  readonly reason: string;
  readonly firstMs: number;
  /** The last window in which it was on; null while it is not over. */
  readonly lastMs: number | null;
  /** Of `merged`: the incident that it is a part of. */
  readonly into: Announced | null;
}

export interface Matched {
  readonly announced: readonly Announced[];
  readonly transitions: readonly Transition[];
}

/**
 * Brings what was announced of one group to what its incidents are now. This ledger, and never the rows, is the memory of
 * what was announced: a row may be written by a finalizer that dies before its commit.
 *
 * An id stays with an incident whose windows overlap those that were announced under it, for "the first window" moves with
 * late events. Of several that became one the lowest id stays, and the others are withdrawn as merged.
 *
 *   announced    |-- 7 --|   |-- 9 --|        |-- 12 --|
 *   now          |------ 7 ----------|                       9 is merged into 7, 12 is withdrawn
 */
export function matchIncidents(incidents: readonly Incident[], announced: readonly Announced[]): Matched {
  const present = new Map<Announced, Incident>();
  const transitions: Transition[] = [];
  const kept: Announced[] = [];
  for (const incident of incidents) {
    const known = lowest(announced.filter((other) => !present.has(other) && overlaps(other, incident)));
    const entry = known ?? newEntry(incident);
    present.set(entry, incident);
    kept.push(entry);
    if (known === null) announceAll(entry, incident, transitions);
    else announceChanges(known, incident, transitions);
  }
  for (const entry of announced) {
    if (present.has(entry)) continue;
    const into = kept.find((other) => overlaps(entry, present.get(other) as Incident)) ?? null;
    transitions.push(transitionOf(into === null ? 'withdrawn' : 'merged', entry, entry.firstMs, { into }));
  }
  return { announced: kept, transitions };
}

/** The transitions that end what was announced under a definition that is no more. */
export function supersede(announced: readonly Announced[], atMs: number): readonly Transition[] {
  return announced.filter(({ isOver }) => !isOver).map((entry) => transitionOf('superseded', entry, atMs));
}

function overlaps(a: Pick<Announced, 'firstMs' | 'lastMs'>, b: Pick<Announced, 'firstMs' | 'lastMs'>): boolean {
  return a.firstMs <= b.lastMs && b.firstMs <= a.lastMs;
}

function lowest(entries: readonly Announced[]): Announced | null {
  return entries.reduce<Announced | null>(
    (least, entry) => (least === null || isBefore(entry, least) ? entry : least),
    null,
  );
}

/** Those that were announced early come first, each in the order of its announcement. */
function isBefore(a: Announced, b: Announced): boolean {
  return a.id < 0 === b.id < 0 ? Math.abs(a.id) < Math.abs(b.id) : a.id < 0;
}

function newEntry({ firstMs, lastMs, steps }: Incident): Announced {
  const { severity, reason } = steps[0] as Step;
  return { id: 0, sequence: 0, firstMs, lastMs, severity, reason, isOver: false, groupedIn: null, adopted: null };
}

function announceAll(entry: Announced, incident: Incident, into: Transition[]): void {
  into.push(transitionOf('opened', entry, (incident.steps[0] as Step).atMs));
  announceChanges(entry, incident, into);
}

function announceChanges(entry: Announced, incident: Incident, into: Transition[]): void {
  if (entry.isOver) reviseEnded(entry, incident, into);
  else goOn(entry, incident, into);
}

/** Of an incident that was announced to be over: one message says what it is now. */
function reviseEnded(entry: Announced, { firstMs, lastMs, steps, resolvedMs }: Incident, into: Transition[]): void {
  const { severity, reason } = steps.at(-1) as Step;
  const before = { ...entry };
  Object.assign(entry, { firstMs, lastMs, severity, reason, isOver: resolvedMs !== null });
  const isSame = entry.isOver && before.firstMs === firstMs && before.lastMs === lastMs && before.severity === severity;
  if (isSame) return;
  const change = isGraver(severity, before.severity) ? 'escalated' : 'revised';
  into.push(transitionOf(entry.isOver ? change : 'reopened', entry, lastMs, { saysEnd: entry.isOver }));
}

/** Of an incident that was on: each step that it has become graver by, and its end. */
function goOn(entry: Announced, { firstMs, lastMs, steps, resolvedMs }: Incident, into: Transition[]): void {
  const hasMoved = entry.firstMs !== firstMs;
  const count = into.length;
  Object.assign(entry, { firstMs, lastMs, isOver: resolvedMs !== null });
  for (const { atMs, severity, reason } of steps) {
    if (!isGraver(severity, entry.severity)) continue;
    Object.assign(entry, { severity, reason });
    into.push(transitionOf('escalated', entry, atMs));
  }
  const peak = steps.at(-1) as Step;
  const isLess = isGraver(entry.severity, peak.severity);
  if (isLess) Object.assign(entry, { severity: peak.severity, reason: peak.reason });
  if (resolvedMs !== null) into.push(transitionOf('resolved', entry, resolvedMs, { saysEnd: true }));
  if (into.length === count && (isLess || hasMoved)) into.push(transitionOf('revised', entry, lastMs));
}

function transitionOf(
  kind: TransitionKind,
  incident: Announced,
  atMs: number,
  { into = null, saysEnd = false }: { readonly into?: Announced | null; readonly saysEnd?: boolean } = {},
): Transition {
  const { severity, reason, firstMs, lastMs } = incident;
  return { kind, incident, atMs, severity, reason, firstMs, lastMs: saysEnd ? lastMs : null, into };
}
