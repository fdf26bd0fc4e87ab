import { calendar, global, session, sliding, tumbling } from 'streamgauge';
import { rowsWindow } from '../../../engine/dsl/selected.ts';
import { traitsOf, type WindowDefinition, type WindowKindName } from '../../../engine/ir/window.ts';
import { logWindow } from '../../../engine/windows/log.ts';
import { windowOf } from '../../../engine/windows/registry.ts';

/** One of each kind; the compiler asks for those that are new. */
const WINDOWS: Readonly<Record<WindowKindName, unknown>> = {
  tumbling: tumbling('5 minutes', { offset: '1 minute' }),
  sliding: sliding({ size: '1 hour', slide: '25 minutes' }),
  calendar: calendar('day', { timeZone: 'America/New_York' }),
  session: session({ gap: '30 minutes' }),
  global: global({ emitEvery: '10 seconds' }),
  log: logWindow(90_000, 300_000),
  rows: rowsWindow(),
};

const MINUTE_MS = 60_000;
const INSTANTS = [-86_400_001, -1, 0, 1, 59_999, MINUTE_MS, 1_000_000_007, 1_764_000_000_123];

describe.each(Object.entries(WINDOWS))('%s windows', (name, made) => {
  const definition = made as WindowDefinition;
  const window = windowOf(definition);

  test('are of their kind', () => {
    expect(definition.kind).toBe(name);
  });

  test('keep their traits out of what is shown and hashed', () => {
    expect(Object.values(definition).every((value) => ['string', 'number'].includes(typeof value))).toBe(true);
    expect(Object.getOwnPropertySymbols({ ...definition })).toEqual([]);
  });

  test('give a row the columns that the definition promises, in order', () => {
    const row = window.rowColumns({ startMs: 0, endMs: MINUTE_MS }, (index) => index);
    expect(Object.keys(row)).toEqual(traitsOf(definition).columns);
  });

  test('have a length for rates unless the definition refuses them', () => {
    const lengthMs = window.lengthMs({ startMs: 0, endMs: MINUTE_MS });
    expect(lengthMs).toBe(traitsOf(definition).refuses.rate === null ? MINUTE_MS : undefined);
  });

  test('tell a view of their rows before what none to come counts: it rises with what is closed', () => {
    const times = INSTANTS.map((instantMs) => window.rowTimeMs(window.closedUpTo(instantMs)));
    expect(times).toEqual(times.toSorted((a, b) => a - b));
    // A session that ends where the watermark stands has its last instant just before that.
    const early = traitsOf(definition).hands === 'settled' ? 1 : 0;
    INSTANTS.forEach((instantMs, index) => {
      expect(times[index]).toBeGreaterThanOrEqual(window.closedUpTo(instantMs) - early);
    });
  });

  test('hand totals only where joins and unions refuse them', () => {
    const { hands, refuses } = traitsOf(definition);
    expect(refuses.source !== null).toBe(hands === 'totals');
  });

  test('say what late events missed, unless nothing is late for them', () => {
    const { lateness } = traitsOf(definition).refuses;
    expect(window.words.neverLate === null).toBe(lateness === null);
    expect(window.words.sqlLate !== null).toBe(lateness === null);
    if (lateness !== null) return;
    for (const timeMs of INSTANTS) {
      const { windowStartMs, windowEndMs } = window.missed(timeMs);
      expect(windowEndMs).toBeGreaterThan(windowStartMs);
      expect(windowEndMs).toBeGreaterThan(timeMs);
    }
  });

  test('close step by step, never backwards, and let no pane go that is not closed', () => {
    const closed = INSTANTS.map((instantMs) => window.closedUpTo(instantMs));
    expect(closed).toEqual(closed.toSorted((a, b) => a - b));
    for (const instantMs of INSTANTS) {
      expect(window.closedUpTo(instantMs)).toBeLessThanOrEqual(instantMs);
      expect(window.stateCutoff(instantMs)).toBeLessThanOrEqual(window.closedUpTo(instantMs));
    }
  });
});
