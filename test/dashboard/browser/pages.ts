import { readFileSync } from 'node:fs';
import type { AxeResults } from 'axe-core';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';

declare global {
  /** What a hostile name would set if it ran. */
  var hacked: boolean | undefined;
  /** Sums what the page has moved without being asked. */
  var shifted: { value: number; sources: string[] };
  var violations: string[];
  var axe: { run(): Promise<AxeResults> };
}

const AXE = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');

/** Opens a page that notes what moves and what its policy refuses, and ends with what it complained of. */
export async function withPage(
  browser: Browser,
  url: string,
  options: BrowserContextOptions,
  look: (page: Page, complaints: readonly string[]) => Promise<void>,
): Promise<void> {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, ...options });
  const complaints: string[] = [];
  try {
    await context.addInitScript(() => {
      globalThis.shifted = { value: 0, sources: [] };
      globalThis.violations = [];
      document.addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI }) =>
        globalThis.violations.push(`${violatedDirective} ${blockedURI}`),
      );
      new PerformanceObserver((list) => {
        for (const entry of list.getEntries()) {
          const shift = entry as unknown as {
            value: number;
            hadRecentInput: boolean;
            sources: { node: Element | null }[];
          };
          if (shift.hadRecentInput) continue;
          globalThis.shifted.value += shift.value;
          globalThis.shifted.sources.push(
            ...shift.sources.map(({ node }) => String(node?.className ?? node?.nodeName)),
          );
        }
      }).observe({ type: 'layout-shift', buffered: true } as PerformanceObserverInit);
    });
    const page = await context.newPage();
    page.on('console', (message) => {
      if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
    });
    page.on('pageerror', (error) => complaints.push(error.message));
    await page.goto(url);
    await page.locator('main h1, .status h1').first().waitFor();
    await page.locator('.button.live:has-text("Live"), .wall-clock').first().waitFor();
    await look(page, complaints);
  } finally {
    await context.close();
  }
}

/** Until all that was asked is answered and drawn. The live connection never ends, so it is not waited for. */
export async function untilDrawn(page: Page): Promise<void> {
  await page.waitForFunction(() => document.querySelector('[aria-busy=true]') === null);
  await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))));
}

export async function axeFindings(page: Page): Promise<string[]> {
  await page.evaluate(AXE);
  const { violations } = await page.evaluate(() => globalThis.axe.run());
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ target, failureSummary }) => `${id} ${target}: ${failureSummary}`),
  );
}

/** A colour of the tokens as a browser says it. */
export function rgb(hex: string): string {
  const [r, g, b] = [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16));
  return `rgb(${r}, ${g}, ${b})`;
}

/** Presses the button of a page that has lost its server, unless the page has found it again by itself meanwhile. */
export async function tryNow(page: Page): Promise<void> {
  await page.evaluate(() => {
    const button = [...document.querySelectorAll('button')].find(({ textContent }) => textContent === 'Try now');
    button?.click();
  });
}
