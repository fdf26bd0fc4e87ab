import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { ByteReader } from '../engine/bytes/byte-reader.ts';
import { ByteWriter } from '../engine/bytes/byte-writer.ts';
import type { Group } from '../engine/codec/group.ts';
import type { FieldNode } from '../engine/ir/join-definition.ts';
import type { Value } from '../engine/ir/node.ts';
import type { PatternDefinition, PatternStep } from '../engine/ir/pattern-definition.ts';
import { LEFT } from '../engine/joins/event-log.ts';
import { conditionBit } from '../engine/patterns/bits.ts';
import { patternOperator } from '../engine/patterns/pattern-operator.ts';
import type { PatternState } from '../engine/patterns/pattern-state.ts';
import { format, print } from './measure.ts';

const OPEN = 1_000_000;
const NO_ROWS = { rows: [], from: 0, to: 0, aheadTo: 0 };

/** Opens a million partial matches, of so many keys, and says what they take in memory and stored. */
export function benchOpenMatches(): void {
  print();
  print(`Open partial matches of a three-step sequence: ${format(OPEN)} of them, two columns kept of each event`);
  for (const keys of [1_000_000, 10_000]) benchKeys(keys);
}

function benchKeys(keys: number): void {
  const operator = patternOperator({ pattern: sequence(OPEN / keys), columns: COLUMNS, output: 'matches' });
  const before = heapBytes();
  const groups = new Map<Value, Group>();
  const started = performance.now();
  for (let i = 0; i < OPEN; i++) {
    const key = `user-${i % keys}`;
    let group = groups.get(key);
    if (group === undefined) {
      group = { values: [key], states: [operator.create()] };
      groups.set(key, group);
    }
    const values = [conditionBit(0), `card-${i}`, (i % 1000) / 4];
    const row = { side: LEFT, timeMs: START_MS + i, values } as const;
    const lefts = { rows: [row], from: 0, to: 1, aheadTo: 1 };
    const pane = { fromMs: START_MS, toMs: START_MS + 1, lefts, rights: NO_ROWS, hasNullKey: false };
    operator.step(group.states[0] as PatternState, pane);
  }
  const seconds = (performance.now() - started) / 1000;
  const held = heapBytes() - before;
  const { bytes, readSeconds } = storedAndRead(operator, groups);
  print(
    `  ${format(keys).padStart(9)} keys   ${format(held / OPEN).padStart(5)} bytes of heap a match, with its key and event; ${format(bytes / OPEN)} stored; ${format((seconds * 1e6) / OPEN, 1)} µs to open it, ${format((readSeconds * 1e6) / OPEN, 1)} µs to read it back`,
  );
}

function storedAndRead(operator: ReturnType<typeof patternOperator>, groups: ReadonlyMap<Value, Group>) {
  const out = new ByteWriter();
  for (const { states } of groups.values()) operator.encode(states[0] as PatternState, out);
  const stored = out.finish();
  const input = new ByteReader(stored);
  const started = performance.now();
  for (let left = groups.size; left > 0; left--) operator.decode(input);
  return { bytes: stored.length, readSeconds: (performance.now() - started) / 1000 };
}

const START_MS = Date.UTC(2026, 0, 1);

export const COLUMNS: readonly FieldNode[] = [
  { op: 'field', path: ['card'], type: { kind: 'string', nullable: false } },
  { op: 'field', path: ['amount'], type: { kind: 'number', nullable: false } },
];

export function sequence(maxPartialMatches: number): PatternDefinition {
  const steps = ['probe', 'retry', 'large'].map(
    (name): PatternStep => ({
      name,
      isAbsent: false,
      contiguity: 'followedBy',
      condition: { ofEvent: null, ofMatch: null },
      times: { least: 1, most: 1, contiguity: 'followedBy', isGreedy: false },
      isOptional: false,
      until: null,
      measures: [],
    }),
  );
  return {
    steps,
    within: { limitMs: 86_400_000, includesLimit: false },
    skip: { kind: 'pastLast' },
    maxPartialMatches,
  };
}

function heapBytes(): number {
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
  return process.memoryUsage().heapUsed;
}
