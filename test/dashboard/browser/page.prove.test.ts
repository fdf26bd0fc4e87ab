import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { type Browser, type BrowserContextOptions, chromium } from 'playwright-core';
import { DARK, LIGHT } from '../../../dashboard/src/theme/tokens.ts';
import { buildPage, findChromium } from '../../support/browser.ts';
import { PageServer } from '../../support/page-server.ts';
import { axeFindings, withPage as openPage, rgb, tryNow, untilDrawn } from './pages.ts';

const CHROMIUM = findChromium();
const PAGES = ['overview', 'views', 'views/traffic_5min', 'alerts', 'events', 'pipeline'] as const;

if (CHROMIUM === null) {
  test('NOT RUN: the page in a browser, for there is no Chromium (set CHROMIUM to its path)', () => {});
} else {
  describe('the page in a browser', () => {
    let dist: string;
    let server: PageServer;
    let browser: Browser;

    beforeAll(async () => {
      dist = buildPage();
      server = new PageServer(dist);
      await server.start();
      browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox'] });
    });
    afterAll(async () => {
      await browser?.close();
      await server?.stop();
      rmSync(dist, { recursive: true, force: true });
    });

    const withPage = (path: string, options: BrowserContextOptions, look: Parameters<typeof openPage>[3]) =>
      openPage(browser, `${server.url}${path}`, options, look);

    describe.each(['light', 'dark'] as const)('%s', (colorScheme) => {
      test.each(PAGES)('%s opens without a complaint, and axe finds nothing', async (path) => {
        await withPage(`#/${path}`, { colorScheme }, async (page, complaints) => {
          await untilDrawn(page);
          expect(await axeFindings(page)).toEqual([]);
          expect(await page.evaluate(() => globalThis.violations)).toEqual([]);
          expect(complaints).toEqual([]);
        });
      });

      test('has the colours of its theme', async () => {
        await withPage('#/overview', { colorScheme }, async (page) => {
          const found = await page.evaluate(() => getComputedStyle(document.body).backgroundColor);
          expect(found).toBe(rgb(colorScheme === 'light' ? LIGHT.bg : DARK.bg));
        });
      });
    });

    test('its charts are drawn anew where the system turns dark', async () => {
      await withPage('#/overview', { colorScheme: 'light' }, async (page) => {
        await untilDrawn(page);
        const drawn = await page.locator('.uplot').first().elementHandle();
        await page.emulateMedia({ colorScheme: 'dark' });
        await page.waitForFunction((chart) => chart?.isConnected === false, drawn);
      });
    });

    test.each(PAGES)('%s does not move once it is there', async (path) => {
      await withPage(`#/${path}`, {}, async (page) => {
        await untilDrawn(page);
        expect(await page.evaluate(() => globalThis.shifted)).toEqual({ value: 0, sources: [] });
      });
    });

    test('names from events are text and nothing else', async () => {
      for (const path of ['overview', 'alerts', 'events', 'views/paths_5min']) {
        await withPage(`#/${path}`, {}, async (page) => {
          // Where there is little room the name is short, and whole in its title.
          await page.locator('main [title*="onerror="]').first().waitFor({ state: 'attached' });
          expect(await page.evaluate(() => globalThis.hacked)).toBeUndefined();
          expect(await page.locator('main img, main script, main a[href^="javascript:"]').count()).toBe(0);
        });
      }
    });

    test('null and the empty name are told apart', async () => {
      await withPage('#/alerts/weblog%2Fpath_went_quiet%2F0', {}, async (page) => {
        await page.getByText('null', { exact: true }).first().waitFor();
      });
    });

    test('a server that stops shows itself, the picture stays, and it goes on without a reload', async () => {
      await withPage('#/overview', {}, async (page) => {
        await page.evaluate(() => Object.assign(globalThis, { sameDocument: true }));
        const figure = page.locator('.figure dd').first();
        await figure.waitFor();
        await server.stop();
        try {
          await page.getByText(/^Not known since/).waitFor();
          expect(await figure.isVisible()).toBe(true);
          expect(await page.locator('.cards > .card').count()).toBeGreaterThan(0);
          await page.getByRole('button', { name: 'Try now' }).waitFor();
        } finally {
          await server.start();
        }
        await tryNow(page);
        await page.getByRole('heading', { name: 'Running well' }).waitFor();
        expect(await page.evaluate(() => 'sameDocument' in globalThis)).toBe(true);
      });
    });

    test('keys lead everywhere', async () => {
      await withPage('#/overview', {}, async (page, complaints) => {
        const at = (hash: string) => page.waitForFunction((wanted) => location.hash.startsWith(wanted), hash);
        await page.keyboard.press('3');
        await at('#/alerts');
        await page.locator('[data-row]').nth(1).waitFor();
        await page.keyboard.press('j');
        await at('#/alerts/weblog%2Fpath_went_quiet');
        await page.keyboard.press('k');
        await at('#/alerts/weblog%2Ferror_burst');
        await page.keyboard.press('a');
        const dialog = page.getByRole('dialog');
        await dialog.waitFor();
        await page.keyboard.press('Escape');
        await dialog.waitFor({ state: 'detached' });
        await page.keyboard.press('Control+k');
        await page.keyboard.type('traffic_1h');
        await page.keyboard.press('Enter');
        await at('#/views/traffic_1h');
        await page.keyboard.press('?');
        await dialog.getByText('window by window, with Shift ten').waitFor();
        await page.keyboard.press('Escape');
        await dialog.waitFor({ state: 'detached' });
        await page.keyboard.press('1');
        await at('#/overview');
        await page.keyboard.press('t');
        await page.waitForFunction(() => document.documentElement.dataset.theme === 'light');
        await page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur());
        await page.keyboard.press(' ');
        await page.getByRole('heading', { name: 'Paused by you' }).waitFor();
        await page.keyboard.press('l');
        await page.getByRole('heading', { name: 'Running well' }).waitFor();
        expect(complaints).toEqual([]);
      });
    });

    test('the field of the palette has the focus before the next key', async () => {
      await withPage('#/overview', {}, async (page) => {
        await page.locator('.figure dd').first().waitFor();
        const focused = await page.evaluate(async () => {
          document.body.dispatchEvent(new KeyboardEvent('keydown', { key: 'k', ctrlKey: true, bubbles: true }));
          // Rendering waits for microtasks alone; a key is a task of its own.
          for (let i = 0; i < 10; i++) await Promise.resolve();
          return document.activeElement?.getAttribute('role');
        });
        expect(focused).toBe('combobox');
      });
    });

    test('a dialog keeps the focus and gives it back', async () => {
      await withPage('#/alerts', {}, async (page) => {
        const button = page.locator('[data-acknowledge]');
        await button.focus();
        await page.keyboard.press('Enter');
        await page.getByRole('dialog').waitFor();
        for (let i = 0; i < 12; i++) {
          await page.keyboard.press('Tab');
          const inside = await page.evaluate(
            () => document.activeElement === document.body || document.activeElement?.closest('dialog') !== null,
          );
          expect(inside).toBe(true);
        }
        expect(await axeFindings(page)).toEqual([]);
        await page.keyboard.press('Escape');
        await page.getByRole('dialog').waitFor({ state: 'detached' });
        expect(await button.evaluate((element) => element === document.activeElement)).toBe(true);
      });
    });

    test('an incident is acknowledged with who and why, and opened again', async () => {
      await withPage('#/alerts', {}, async (page) => {
        await page.locator('[data-acknowledge]').click();
        await page.getByLabel('Your name').fill('ana <b>');
        await page.getByLabel('Why, or what you do about it').fill('rolled back');
        await page.getByRole('dialog').getByRole('button', { name: 'Acknowledge error_burst' }).click();
        await page.getByText('by ana <b>, 18:35: rolled back').first().waitFor();
        await page.getByText('Acknowledged', { exact: true }).waitFor();
        await page.locator('.incident', { hasText: 'rolled back' }).getByRole('button', { name: 'Open again' }).click();
        await page.getByText('by ana <b>').first().waitFor({ state: 'detached' });
      });
    });

    test('events are put back after a dry run only, and the button names how many', async () => {
      await withPage('#/events', {}, async (page) => {
        const sent: unknown[] = [];
        page.on('request', (request) => {
          if (request.url().endsWith('/redrive')) sent.push(request.postDataJSON());
        });
        await page.locator('td input[type=checkbox]').nth(2).check();
        await page.locator('td input[type=checkbox]').nth(0).check();
        await page.locator('td input[type=checkbox]').nth(1).check();
        await page.getByRole('button', { name: 'See what 3 events would do' }).click();
        await page.getByText('1 of 3 would fail again: Unexpected character after JSON at byte 6').waitFor();
        expect(sent).toMatchObject([{ dry_run: true }]);
        await page.getByRole('button', { name: 'Put back the 2 that count' }).click();
        await page.getByText('2 events put back.').waitFor();
        expect(sent).toHaveLength(2);
        expect(sent[1]).toMatchObject({ dry_run: false });
        expect((sent[1] as { ids: string[] }).ids).toHaveLength(2);
      });
    });

    test('the byte at fault is marked in text and in hex', async () => {
      await withPage('#/events', {}, async (page) => {
        await page.locator('.raw mark').first().waitFor();
        expect(await page.locator('.raw mark').allTextContents()).toEqual(['.', '2e']);
      });
    });

    test('the sum is that of the API', async () => {
      await withPage('#/events', {}, async (page) => {
        await page.getByText('adds up').waitFor();
        const words = (await page.locator('.sums .mono').textContent()) ?? '';
        const [sum = '', total = ''] = words.replaceAll(',', '').split('=');
        const parts = sum.split('+').map(Number);
        expect(parts.slice(1)).toEqual([12, 37, 18, 0]);
        expect(parts.reduce((a, b) => a + b, 0)).toBe(Number(total));
      });
    });

    test.each([390, 320])('a screen of %d px has all, below each other, and nothing beside it', async (width) => {
      for (const path of PAGES) {
        await withPage(`#/${path}`, { viewport: { width, height: 844 }, hasTouch: true }, async (page) => {
          await untilDrawn(page);
          const over = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
          expect([path, Math.max(0, over)]).toEqual([path, 0]);
          const nav = await page.getByRole('navigation', { name: 'Pages' }).boundingBox();
          expect((nav?.y ?? 0) + (nav?.height ?? 0)).toBeCloseTo(844, 0);
        });
      }
    });

    test('a narrow screen has the pipeline as a list', async () => {
      await withPage('#/pipeline', { viewport: { width: 390, height: 844 } }, async (page) => {
        await page.locator('.node-list').waitFor();
        expect(await page.locator('.drawing').isVisible()).toBe(false);
        expect(await page.locator('.node-list .node').count()).toBe(11);
      });
    });

    test('a wall has no controls, and its clock names the zone', async () => {
      await withPage('?wall#/overview', { viewport: { width: 1920, height: 1080 } }, async (page, complaints) => {
        await page.getByText('UTC, Wed 25 Nov').waitFor();
        expect(await page.locator('.button:visible, .segments:visible, nav:visible').count()).toBe(0);
        await page.keyboard.press('w');
        await page.getByRole('navigation', { name: 'Pages' }).waitFor();
        expect(complaints).toEqual([]);
      });
    });

    test('script and styles are within their budget', () => {
      const assets = join(dist, 'assets');
      const size = (extension: string) =>
        readdirSync(assets)
          .filter((name) => name.endsWith(extension))
          .reduce((sum, name) => sum + gzipSync(readFileSync(join(assets, name))).length, 0);
      expect(size('.js')).toBeLessThanOrEqual(120_000);
      expect(size('.css')).toBeLessThanOrEqual(12_000);
    });
  });
}
