import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';

const HELP = `Turn sessions of the OTTO data set into the events of pipelines/shop.ts.

Usage: node scripts/convert-otto.ts SESSIONS.jsonl[.gz] OUT

Writes OUT/clicks.jsonl.gz and OUT/orders.jsonl.gz: each event as { session, item, at }, in the order of time. Items that were put
into a cart are left out. The same input always gives the same bytes.
`;

interface Session {
  readonly session: number;
  readonly events: readonly { readonly aid: number; readonly ts: number; readonly type: string }[];
}

function main([input, out]: readonly string[]): void {
  if (input === undefined || out === undefined) {
    process.stderr.write(HELP);
    process.exitCode = 2;
    return;
  }
  const bytes = readFileSync(input);
  const text = (input.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8');
  const sessions = text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Session);
  for (const type of ['clicks', 'orders']) {
    const events = sessions.flatMap(({ session, events: all }) =>
      all
        .filter((event) => event.type === type)
        .map(({ aid, ts }) => ({ session: String(session), item: aid, at: ts })),
    );
    events.sort((a, b) => a.at - b.at);
    const lines = events.map((event) => JSON.stringify(event));
    writeFileSync(join(out, `${type}.jsonl.gz`), gzipSync(`${lines.join('\n')}\n`));
  }
}

main(process.argv.slice(2));
