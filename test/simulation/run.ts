import { simulate } from './simulate.ts';

const from = Number(process.argv[2] ?? 1);
const count = Number(process.argv[3] ?? 100);
const started = performance.now();
let failed = 0;
const byPipeline = new Map<string, number>();
for (let seed = from; seed < from + count; seed++) {
  const outcome = await simulate(seed, { trace: count === 1 });
  if (outcome.violations.length > 0) {
    failed++;
    byPipeline.set(outcome.pipeline, (byPipeline.get(outcome.pipeline) ?? 0) + 1);
    if (failed <= 6)
      console.log(
        `seed ${seed} ${outcome.pipeline} ${outcome.events} events ${outcome.steps} steps\n  ${outcome.violations
          .slice(0, 4)
          .map((v) => v.slice(0, 700))
          .join('\n  ')}`,
      );
  }
  if (count === 1) console.log(outcome.trace.join('\n'));
}
console.log(`${failed} of ${count} failed, ${(count / ((performance.now() - started) / 1000)).toFixed(1)} seeds/s`, [
  ...byPipeline,
]);
