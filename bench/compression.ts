import { measureSample } from '../cost/compression.ts';
import { readLines } from '../runtime/input/lines.ts';
import { format, print } from './measure.ts';

const WEB_LOG = 'examples/weblog/access-log.jsonl.gz';

/** What zstd leaves of real events, by how many are in a record. The cost model stands on this line. */
export async function benchCompression(): Promise<void> {
  const lines: Buffer[] = [];
  for await (const { bytes } of readLines(WEB_LOG)) lines.push(bytes);
  const { eventBytes, curve } = measureSample(lines, WEB_LOG);
  print();
  print(`Compression: ${format(lines.length)} events of ${format(eventBytes)} bytes of a real web log, with zstd`);
  for (const [index, events] of curve.events.entries()) {
    print(
      `  ${`${format(events)} in a record`.padEnd(30)} ${format(100 * (curve.ratios[index] as number), 1).padStart(10)} % is left`,
    );
  }
}

if (import.meta.main) await benchCompression();
