import fc from 'fast-check';
import { foldVerdicts, newAlertState } from '../../../engine/alerts/group-alerts.ts';
import { type Incident, IncidentFold, type IncidentRules, NOTHING_FOLDED } from '../../../engine/alerts/incidents.ts';
import { type Announced, matchIncidents, type Transition } from '../../../engine/alerts/ledger.ts';
import type { Severity } from '../../../engine/ir/alert.ts';
import type { Verdict } from '../../../engine/plan/alerts.ts';
import { Calendar } from '../../../engine/time/calendar.ts';
import { TimeZone } from '../../../engine/time/time-zone.ts';
import { casesOf } from '../../support/random-cases.ts';
import { naiveIncidents, type SettledIncident } from './naive-incidents.ts';

const SLIDE_MS = 10;
const W: Verdict = { kind: 'fires', severity: 'warning', reason: 'w' };
const C: Verdict = { kind: 'fires', severity: 'critical', reason: 'c' };
const H: Verdict = { kind: 'holds' };
const _ = null;

const rules = (change: Partial<IncidentRules> = {}): IncidentRules => ({
  slideMs: SLIDE_MS,
  forWindows: 1,
  cooldownMs: 0,
  ...change,
});

function incidentsOf(verdicts: readonly (Verdict | null)[], change: Partial<IncidentRules> = {}): readonly Incident[] {
  const state = newAlertState();
  verdicts.forEach((verdict, index) => {
    if (verdict !== null) state.verdicts.set(index * SLIDE_MS, verdict);
  });
  return foldVerdicts(state, rules(change), verdicts.length * SLIDE_MS).incidents;
}

const settled = ({ firstMs, lastMs, steps, resolvedMs }: Incident): SettledIncident => ({
  firstMs,
  lastMs,
  severity: steps.at(-1)?.severity as Severity,
  isOver: resolvedMs !== null,
});

describe('incidents', () => {
  test('go from the first window in which the condition is true to the one before that in which it is not', () => {
    expect(incidentsOf([_, W, W, _, _, W]).map(settled)).toEqual([
      { firstMs: 10, lastMs: 20, severity: 'warning', isOver: true },
      { firstMs: 50, lastMs: 50, severity: 'warning', isOver: false },
    ]);
  });

  test('begin once the condition was true in so many windows in a row', () => {
    expect(incidentsOf([W, W, _, W, C, W], { forWindows: 3 })).toEqual([
      { firstMs: 30, lastMs: 50, resolvedMs: null, steps: [{ atMs: 50, severity: 'critical', reason: 'c' }] },
    ]);
  });

  test('take a step for each window in which they become graver, and never become less grave', () => {
    expect(incidentsOf([W, C, W, C, _])[0]?.steps).toEqual([
      { atMs: 0, severity: 'warning', reason: 'w' },
      { atMs: 10, severity: 'critical', reason: 'c' },
    ]);
  });

  test('go on through windows in which what ends them is not true', () => {
    expect(incidentsOf([H, W, H, H, _, H]).map(settled)).toEqual([
      { firstMs: 10, lastMs: 30, severity: 'warning', isOver: true },
    ]);
  });

  test('go on where the condition comes back within the cooldown', () => {
    expect(incidentsOf([W, _, _, W, _, _, _], { cooldownMs: 15 })).toEqual([
      { firstMs: 0, lastMs: 30, resolvedMs: 60, steps: [{ atMs: 0, severity: 'warning', reason: 'w' }] },
    ]);
  });
});

const verdict = fc.constantFrom<Verdict | null>(_, _, _, W, W, C, H);
/** Days around those of 23 and of 25 hours. */
const NEW_YORK = new Calendar('day', TimeZone.of('America/New_York') as TimeZone, 0);
const DAY_MS = 86_400_000;
const START_OF_DAYS = ['2019-03-04T12:00:00Z', '2019-10-28T12:00:00Z'].map((at) => NEW_YORK.startOf(Date.parse(at)));

test('incidents of days of a calendar are those of days of one length', () => {
  const days = fc.array(verdict, { minLength: 1, maxLength: 14 });
  const settings = fc.record({ forWindows: fc.integer({ min: 1, max: 3 }), cooldownMs: fc.nat({ max: 5 * DAY_MS }) });
  fc.assert(
    fc.property(fc.constantFrom(...START_OF_DAYS), days, settings, (startMs, verdicts, { forWindows, cooldownMs }) => {
      const at = verdicts.concat(_).map((_each, index) => NEW_YORK.after(startMs, index));
      const state = newAlertState();
      verdicts.forEach((each, index) => {
        if (each !== null) state.verdicts.set(at[index] as number, each);
      });
      const found = foldVerdicts(
        state,
        { slideMs: 25 * 3_600_000, calendar: NEW_YORK, forWindows, cooldownMs },
        at.at(-1) as number,
      ).incidents.map(settled);
      const plain = naiveIncidents(verdicts, { slideMs: DAY_MS, forWindows, cooldownMs }, 0);
      const dayOf = (ms: number) => at.indexOf(ms) * DAY_MS;
      expect(found.map((each) => ({ ...each, firstMs: dayOf(each.firstMs), lastMs: dayOf(each.lastMs) }))).toEqual(
        plain,
      );
    }),
    { numRuns: casesOf(1000), seed: 20_261_129 },
  );
});

const someRules = fc.record({
  slideMs: fc.constant(SLIDE_MS),
  forWindows: fc.integer({ min: 1, max: 3 }),
  cooldownMs: fc.constantFrom(0, 10, 15, 25),
});

test('incidents are those of the naive reference, wherever windows are folded', () => {
  const property = fc.property(fc.array(verdict, { maxLength: 30 }), someRules, fc.nat(30), (verdicts, some, cut) => {
    const whole = incidentsOf(verdicts, some).map(settled);
    expect(whole).toEqual(naiveIncidents(verdicts, some));
    const cutMs = cut * SLIDE_MS;
    const before = new IncidentFold(some, NOTHING_FOLDED);
    const take = (fold: IncidentFold, fromMs: number, toMs: number) =>
      verdicts.forEach((one, index) => {
        const atMs = index * SLIDE_MS;
        if (one !== null && atMs >= fromMs && atMs < toMs) fold.take(atMs, one);
      });
    take(before, 0, cutMs);
    before.closeUpTo(Math.min(cutMs, verdicts.length * SLIDE_MS));
    const after = new IncidentFold(some, before.folded);
    take(after, cutMs, Number.POSITIVE_INFINITY);
    after.closeUpTo(verdicts.length * SLIDE_MS);
    const over = before.incidents.filter(({ resolvedMs }) => resolvedMs !== null);
    expect([...over, ...after.incidents].map(settled)).toEqual(whole);
  });
  fc.assert(property, { seed: 20_261_128, numRuns: casesOf(3000) });
});

/** Gives ids and sequences as a commit does, and tells what each id says last. */
class Receiver {
  readonly said = new Map<number, { sequence: number; transition: Transition }>();
  readonly problems: string[] = [];
  #lastId = 0;

  hear(transitions: readonly Transition[]): void {
    for (const transition of [...transitions].sort((a, b) => a.atMs - b.atMs)) {
      const { incident, kind } = transition;
      if (incident.id === 0) {
        incident.id = ++this.#lastId;
        if (kind !== 'opened') this.problems.push(`${incident.id} begins with ${kind}`);
      } else if (kind === 'opened') this.problems.push(`${incident.id} is opened twice`);
      incident.sequence++;
      this.said.set(incident.id, { sequence: incident.sequence, transition });
    }
  }

  get believed(): SettledIncident[] {
    const gone = ['withdrawn', 'merged', 'superseded'];
    return [...this.said.values()]
      .filter(({ transition }) => !gone.includes(transition.kind))
      .map(({ transition: { firstMs, lastMs, severity, incident } }) => ({
        firstMs,
        lastMs: lastMs ?? incident.lastMs,
        severity,
        isOver: lastMs !== null,
      }))
      .sort((a, b) => a.firstMs - b.firstMs);
  }
}

describe('what was announced', () => {
  const announce = (...rounds: readonly (readonly (Verdict | null)[])[]) => {
    const receiver = new Receiver();
    let announced: readonly Announced[] = [];
    const kinds: string[] = [];
    for (const verdicts of rounds) {
      const matched = matchIncidents(incidentsOf(verdicts), announced);
      announced = matched.announced;
      receiver.hear(matched.transitions);
      kinds.push(matched.transitions.map(({ kind, incident }) => `${kind} ${incident.id}`).join(', '));
    }
    return kinds;
  };

  test('tells of each incident from opening to resolution', () => {
    expect(announce([W], [W, C], [W, C, _])).toEqual(['opened 1', 'escalated 1', 'resolved 1']);
    expect(announce([W, C, _, W])).toEqual(['opened 1, escalated 1, resolved 1, opened 2']);
  });

  test('keeps the id of an incident whose first window moves', () => {
    expect(announce([_, W], [W, W], [W, W, _])).toEqual(['opened 1', 'revised 1', 'resolved 1']);
  });

  test('withdraws what late events undo, and reopens what they prolong', () => {
    expect(announce([W, _], [_, _], [_, W])).toEqual(['opened 1, resolved 1', 'withdrawn 1', 'opened 2']);
    expect(announce([W, _], [W, W])).toEqual(['opened 1, resolved 1', 'reopened 1']);
    expect(announce([C, _], [W, _])).toEqual(['opened 1, resolved 1', 'revised 1']);
  });

  test('keeps the lowest id of incidents that become one, and withdraws the others as merged', () => {
    expect(announce([W, _, W], [W, W, W])).toEqual(['opened 1, resolved 1, opened 2', 'reopened 1, merged 2']);
  });

  test('gives the part that splits off a new id', () => {
    expect(announce([W, W, W], [W, _, W])).toEqual(['opened 1', 'resolved 1, opened 2']);
  });

  test('ends, whatever late events came when, in what a receiver would say of the final rows', () => {
    const late = fc.tuple(fc.nat(19), verdict);
    const rounds = fc.array(fc.tuple(fc.nat(4), fc.array(late, { maxLength: 4 })), { minLength: 1, maxLength: 15 });
    const property = fc.property(
      fc.array(verdict, { minLength: 20, maxLength: 20 }),
      rounds,
      someRules,
      (first, all, some) => {
        const [verdicts, receiver] = [[...first], new Receiver()];
        let [announced, closed]: [readonly Announced[], number] = [[], 0];
        for (const [more, changes] of [...all, [20, []] as const]) {
          closed = Math.min(20, closed + more);
          for (const [at, changed] of changes) verdicts[at] = changed;
          const state = { ...newAlertState(), verdicts: new Map<number, Verdict>() };
          verdicts.forEach((one, index) => {
            if (one !== null) state.verdicts.set(index * SLIDE_MS, one);
          });
          const matched = matchIncidents(foldVerdicts(state, some, closed * SLIDE_MS).incidents, announced);
          announced = matched.announced;
          receiver.hear(matched.transitions);
        }
        expect(receiver.problems).toEqual([]);
        expect(receiver.believed).toEqual(naiveIncidents(verdicts, some));
      },
    );
    fc.assert(property, { seed: 20_261_128, numRuns: casesOf(3000) });
  });
});
