import { cpuMicroseconds } from './figures.ts';
import { format, print } from './measure.ts';

/** Before they count: until all is compiled, as in a container that is warm. */
const WARM_TURNS = 4;
const TURNS = 9;

/**
 * Prints how many events a second each run does of a core, and how many of those that bare `JSON.parse` does of the same events' lines,
 * in alternating turns: the ratio of the two is what counts, for machines differ. A run returns its CPU seconds.
 */
export async function printBesideJsonParse(
  lines: readonly string[],
  runs: ReadonlyMap<string, () => Promise<number>>,
): Promise<void> {
  const all = new Map([['JSON.parse', async () => parse(lines)], ...runs]);
  const seconds = new Map([...all.keys()].map((name): [string, number[]] => [name, []]));
  for (let turn = 0; turn < WARM_TURNS + TURNS; turn++) {
    for (const [name, run] of all) {
      const took = await run();
      if (turn >= WARM_TURNS) (seconds.get(name) as number[]).push(took);
    }
  }
  const yardstick = middle(seconds.get('JSON.parse') as number[]);
  print(`  ${''.padEnd(28)} ${'events/s'.padStart(12)} ${'of JSON.parse'.padStart(14)}`);
  for (const [name, took] of seconds) {
    const median = middle(took);
    const [perSecond, ratio] = [lines.length / median, yardstick / median];
    print(`  ${name.padEnd(28)} ${format(perSecond).padStart(12)} ${format(ratio, 2).padStart(14)}`);
  }
}

function parse(lines: readonly string[]): number {
  const started = process.cpuUsage();
  let fields = 0;
  for (const line of lines) fields += Object.keys(JSON.parse(line)).length;
  if (fields !== lines.length * 6) throw new Error(`The lines have ${fields} fields.`);
  return cpuMicroseconds(started) / 1e6;
}

function middle(all: readonly number[]): number {
  return [...all].sort((a, b) => a - b)[Math.floor(all.length / 2)] as number;
}
