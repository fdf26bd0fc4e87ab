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
 * Takes the pictures of the live page that the README shows: that of `npm start`, while the alert of the example's log is open.
 * Needs a Chromium, at /usr/bin/chromium or where CHROMIUM says.
 */
const ROOT = join(import.meta.dirname, '..');
const OUT = join(ROOT, 'docs/images');
/** As high as two rows of charts. */
const SIZE = { width: 1440, height: 1024 };
/** Behind the hour with the burst of errors. Its alert stays open for three more hours of the log: 24 s at this rate. */
const AT_ONCE = 8500;
const RATE = 15;
const SHOWN = 8700;
/** The clock glides for a second, and longer on a busy machine. */
const GLIDE_MS = 3000;
/** On the overview: of errors, traffic and statuses. The paths are a table. */
const CHARTS = 3;

const store = mkdtempSync(join(tmpdir(), 'shoot-'));
const pace = ['--at-once', String(AT_ONCE), '--rate', String(RATE)];
const args = ['bin/streamgauge.js', 'dev', '--port', '0', '--plain', '--store', join(store, 'page.db'), ...pace];
const dev = spawn(process.execPath, args, { cwd: ROOT, stdio: ['ignore', 'pipe', 'inherit'] });
try {
  const url = await servedAt();
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: ['--no-sandbox'],
  });
  const pages = await Promise.all(
    (['light', 'dark'] as const).map(async (colorScheme) => {
      const page = await browser.newPage({ viewport: SIZE, colorScheme });
      await page.goto(url);
      return { colorScheme, page };
    }),
  );
  await untilAlerted(url);
  for (const { colorScheme, page } of pages) {
    await page.locator('.chart canvas').first().waitFor();
    await page.getByRole('region', { name: 'Worst open alert' }).waitFor();
    // All charts are drawn.
    await page
      .locator('.cards canvas')
      .nth(CHARTS - 1)
      .waitFor();
    // No window is between two states, and the clock has come to where it glides.
    await page
      .locator('.ribbon')
      .getByText(/^ended/)
      .first()
      .waitFor({ state: 'detached' });
    await setTimeout(GLIDE_MS);
    // None is being asked for anew.
    await page.locator('.card[aria-busy=true]').first().waitFor({ state: 'detached' });
    await page.screenshot({ path: join(OUT, `page-${colorScheme}.png`) });
  }
  await browser.close();
} finally {
  if (dev.exitCode === null) {
    dev.kill('SIGINT');
    await once(dev, 'exit');
  }
  rmSync(store, { recursive: true });
}

/** Asks once a second for the alert, and for a few windows after it. */
async function untilAlerted(url: string): Promise<void> {
  for (;;) {
    const answer = await fetch(`${url}/api/overview`);
    const { counters, open_incidents: open } = (await answer.json()) as Overview;
    if (open > 0 && counters.delivered >= SHOWN) return;
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
