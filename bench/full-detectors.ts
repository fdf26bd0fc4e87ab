import { ByteReader } from '../engine/bytes/byte-reader.ts';
import { ByteWriter } from '../engine/bytes/byte-writer.ts';
import { type AutoParameters, autoDetector } from '../engine/detectors/auto/auto.ts';
import type { Detector } from '../engine/detectors/detector.ts';
import { Random } from '../generate/random.ts';

/** After so many rows a detector's memory is full. */
const ROWS = 2500;
/** Different states, which groups have in turn: a page of a few groups has hardly two that are the same. */
const STATES = 200;
const PARAMETERS: AutoParameters = { sensitivity: 0.5, memory: 8, warmUp: 50 };

/**
 * Lets each new group of `run` begin with a detector whose memory is full, as it is after two thousand rows: so that a bench
 * of a few windows shows what one of years costs.
 */
export async function withFullDetectors(run: () => Promise<void>): Promise<void> {
  const states = Array.from({ length: STATES }, (_, seed) => stateOf(seed));
  const kind = autoDetector as { create: (parameters: AutoParameters) => Detector };
  const { create } = kind;
  let next = 0;
  kind.create = (parameters) => {
    const detector = create(parameters);
    detector.read(new ByteReader(states[next++ % STATES] as Uint8Array));
    return detector;
  };
  try {
    await run();
  } finally {
    kind.create = create;
  }
}

/** A wave of a day in five minutes, with noise. */
function stateOf(seed: number): Uint8Array {
  const random = new Random(seed);
  const detector = autoDetector.create(PARAMETERS);
  for (let i = 0; i < ROWS; i++) {
    const value = 100 + 50 * Math.sin((2 * Math.PI * i) / 288) + 10 * (random.fraction() + random.fraction());
    detector.step(value, i * 300_000);
  }
  const out = new ByteWriter();
  detector.write(out);
  return out.finish().slice();
}
