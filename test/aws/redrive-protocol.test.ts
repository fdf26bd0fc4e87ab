import fc from 'fast-check';
import { type RedriveDeps, redriveWithNote } from '../../adapters/aws/redrive-protocol.ts';
import type { FoundNote, RedriveNotes, StoredNote } from '../../adapters/aws/s3-redrive-notes.ts';
import { noteState, type Payload, type Put, type RedriveOutcome } from '../../engine/ports/dead-letter-store.ts';
import { request } from '../conformance/dead-letter-store.ts';
import { Crash } from '../support/crash.ts';
import { Turns } from '../support/turns.ts';

const SEED = 20_260_401;
const KEY = 'redriven/dead/clicks/shard-0/10.0.json';

/** A bucket that honours conditions, and a stream whose replies are lost and whose records are refused by chance. */
class Services {
  readonly #turns: Turns;
  #text: string | null = null;
  #tag = 0;
  readonly records: { readonly payload: string; readonly sequence: string }[] = [];
  #attempts = 0;

  constructor(turns: Turns) {
    this.#turns = turns;
  }

  deps(worker: string): RedriveDeps {
    const notes: RedriveNotes = {
      read: async () => this.found,
      write: async (_key, note, found) => this.#write(note, found),
    };
    const stream = { put: async (payload: Payload) => this.#put(payload) };
    const { put } = this.#turns.port(worker, stream);
    return {
      notes: this.#turns.port(worker, notes),
      put,
      clock: { nowMs: () => 0 },
      newAttempt: () => `attempt ${++this.#attempts}`,
      chunk: 2,
    };
  }

  get found(): FoundNote | null {
    return this.#text === null ? null : { note: JSON.parse(this.#text) as StoredNote, tag: String(this.#tag) };
  }

  #write(note: StoredNote, found: FoundNote | null): FoundNote | null {
    if ((found?.tag ?? null) !== (this.found?.tag ?? null)) return null;
    this.#text = JSON.stringify(note);
    this.#tag++;
    return this.found;
  }

  #put({ data }: Payload): Put {
    const fate = this.#turns.calm ? 9 : this.#turns.random(10);
    if (fate === 0) return { state: 'failed', message: 'Refused.' };
    if (fate === 1) return { state: 'unknown', message: 'It timed out on its way.' };
    const sequence = String(this.records.length + 1);
    this.records.push({ payload: Buffer.from(data).toString(), sequence });
    if (fate === 2) return { state: 'unknown', message: 'The reply was lost.' };
    return { state: 'redriven', shard: 'shard-0', sequence };
  }
}

const caseArbitrary = fc.record({
  payloads: fc.integer({ min: 1, max: 5 }),
  operators: fc.integer({ min: 1, max: 3 }),
  /** What each operator does until he knows that all is in the stream, or that nobody knows. */
  again: fc.boolean(),
  seed: fc.integer(),
});

const payloadsOf = (count: number): Payload[] =>
  Array.from({ length: count }, (_, i) => ({ partitionKey: 'k', data: Buffer.from(`event ${i}`) }));

async function runOperators(services: Services, turns: Turns, payloads: Payload[], operators: number, again: boolean) {
  const outcomes: RedriveOutcome[] = [];
  for (let operator = 0; operator < operators; operator++) {
    turns.spawn(async () => {
      for (let life = 0; life < 4; life++) {
        try {
          const deps = services.deps(`operator ${operator} ${life}`);
          const outcome = await redriveWithNote(KEY, payloads, { ...request, again }, deps);
          outcomes.push(outcome);
          if (outcome.outcome !== 'failed') return;
        } catch (error) {
          if (!(error instanceof Crash)) throw error;
        }
      }
    });
  }
  await turns.run();
  return outcomes;
}

const timesOf = (services: Services, payload: string) =>
  services.records.filter((record) => record.payload === payload).length;

/** What the note says is in the stream is there, where the note says. */
function expectNoteIsTrue(services: Services): void {
  for (const [index, put] of (services.found?.note.puts ?? []).entries()) {
    if (put.state !== 'redriven') continue;
    expect(services.records).toContainEqual({ payload: `event ${index}`, sequence: put.sequence });
  }
}

test('whoever takes part, freezes and dies: without again no record is put twice', async () => {
  await fc.assert(
    fc.asyncProperty(caseArbitrary, async ({ payloads: count, operators, seed }) => {
      const turns = new Turns(seed);
      const services = new Services(turns);
      const payloads = payloadsOf(count);
      const outcomes = await runOperators(services, turns, payloads, operators, false);
      for (let i = 0; i < count; i++) expect(timesOf(services, `event ${i}`)).toBeLessThanOrEqual(1);
      expectNoteIsTrue(services);
      // Each record that was put is one that the note tells of, as being there or as perhaps being there.
      const puts = services.found?.note.puts ?? [];
      for (const { payload } of services.records) {
        expect(puts[Number(payload.split(' ')[1])]?.state).not.toBe('failed');
      }
      if (outcomes.some(({ outcome }) => outcome === 'redriven')) expect(services.records).toHaveLength(count);
    }),
    { numRuns: 400, seed: SEED },
  );
});

test('with again, everything is in the stream in the end, and the note tells where', async () => {
  await fc.assert(
    fc.asyncProperty(caseArbitrary, async ({ payloads: count, operators, again, seed }) => {
      const turns = new Turns(seed);
      const services = new Services(turns);
      const payloads = payloadsOf(count);
      await runOperators(services, turns, payloads, operators, again);
      expectNoteIsTrue(services);
      turns.calm = true;
      await runOperators(services, turns, payloads, 1, true);
      const note = services.found?.note;
      expect(note && noteState(note)).toBe('redriven');
      for (let i = 0; i < count; i++) expect(timesOf(services, `event ${i}`)).toBeGreaterThanOrEqual(1);
      expectNoteIsTrue(services);
    }),
    { numRuns: 400, seed: SEED },
  );
});
