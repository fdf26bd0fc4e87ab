import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { chromium } from 'playwright-core';
import type { Overview } from '../api/schemas/overview.ts';
import { BugError } from '../engine/ir/bug-error.ts';

/**
 * Takes the pictures of the live page that the README shows: the page of `npm start` while the example's log is replayed.
 * Needs a Chromium, at /usr/bin/chromium or where CHROMIUM says.
 */
const ROOT = join(import.meta.dirname, '..');
const OUT = join(ROOT, 'docs/images');
const SIZE = { width: 1440, height: 900 };
/** Far enough into the log that most windows have closed. */
const REPLAYED = 7_000;

const store = mkdtempSync(join(tmpdir(), 'shoot-'));
const args = ['bin/streamgauge.js', 'dev', '--port', '0', '--plain', '--store', join(store, 'page.db')];
const dev = spawn(process.execPath, args, { cwd: ROOT, stdio: ['ignore', 'pipe', 'inherit'] });
try {
  const url = await servedAt();
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: ['--no-sandbox'],
  });
  for (const colorScheme of ['light', 'dark'] as const) {
    const page = await browser.newPage({ viewport: SIZE, colorScheme });
    await page.goto(url);
    await untilReplayed(url);
    await page.locator('.chart canvas').first().waitFor();
    await page.screenshot({ path: join(OUT, `page-${colorScheme}.png`) });
    await page.close();
  }
  await browser.close();
} finally {
  if (dev.exitCode === null) {
    dev.kill('SIGINT');
    await once(dev, 'exit');
  }
  rmSync(store, { recursive: true });
}

/** Asks once a second how many events have come. */
async function untilReplayed(url: string): Promise<void> {
  for (;;) {
    const answer = await fetch(`${url}/api/overview`);
    const { counters } = (await answer.json()) as Overview;
    if (counters.delivered >= REPLAYED) return;
    await setTimeout(1000);
  }
}

/** Where the page is, as the first lines of the command say. What it prints after that is read and dropped. */
function servedAt(): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = '';
    dev.stdout.on('data', (chunk) => {
      if (text.length < 10_000) text += String(chunk);
      const [url] = /http:\/\/127\.0\.0\.1:\d+/.exec(text) ?? [];
      if (url !== undefined) resolve(url);
    });
    dev.once('exit', () => reject(new BugError(`The command ended without an address: ${text}`)));
  });
}
