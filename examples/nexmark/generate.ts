import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { nexmarkEvents } from './events.ts';

const HELP = `Write the events of Nexmark as JSON Lines: persons.jsonl, auctions.jsonl and bids.jsonl.

Usage: node examples/nexmark/generate.ts [--out DIR] [--seed N]

  --out DIR  where to write them (out/nexmark)
  --seed N   the same seed gives the same events (1)
`;

const { values } = parseArgs({
  options: {
    out: { type: 'string', default: 'out/nexmark' },
    seed: { type: 'string', default: '1' },
    help: { type: 'boolean', default: false },
  },
});
if (values.help) {
  process.stdout.write(HELP);
} else {
  mkdirSync(values.out, { recursive: true });
  for (const [name, events] of Object.entries(nexmarkEvents(Number(values.seed)))) {
    const lines = (events as readonly object[]).map((event) => `${JSON.stringify(event)}\n`);
    writeFileSync(join(values.out, `${name}.jsonl`), lines.join(''));
    process.stdout.write(`${join(values.out, `${name}.jsonl`)}: ${lines.length} events\n`);
  }
}
