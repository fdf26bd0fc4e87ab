import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { folder, goldenCases, goldenInputs, loadGolden, runInMemory, runWithCrash } from './harness.ts';

/** Writes at which a run is killed; even ones after the write was applied, odd ones before. */
const CRASHES = [2, 3, 8, 17, 40, 101];

let out: string;
beforeEach(() => {
  out = mkdtempSync(join(tmpdir(), 'golden-'));
});
afterEach(() => rmSync(out, { recursive: true }));

for (const golden of goldenCases(__dirname)) {
  describe(golden.name, () => {
    const expected = folder(join(golden.dir, 'expected'));

    for (const shards of golden.shards) {
      for (const batch of golden.batches) {
        test(`gives the expected rows with ${shards} shards and batches of ${batch}`, async () => {
          const plan = await loadGolden(golden);
          await runInMemory({
            plan,
            inputs: goldenInputs(plan, golden),
            outDir: out,
            shards,
            batch,
            flush: golden.flush,
          });
          expect(folder(out)).toMatchObject(expected);
        });
      }
    }

    test.each(CRASHES)('gives the expected rows after a crash at write %i', async (crashAt) => {
      const plan = await loadGolden(golden);
      const [shards, batch] = [golden.shards.at(-1) ?? 1, golden.batches.at(-1) ?? 1];
      await runWithCrash(
        { plan, inputs: goldenInputs(plan, golden), outDir: out, shards, batch, flush: golden.flush },
        crashAt,
      );
      expect(folder(out)).toMatchObject(expected);
    });
  });
}
