import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import type { IncidentsAnswer } from '../../../api/schemas/alerts.ts';
import type { Row } from '../../../api/schemas/common.ts';
import type { Overview } from '../../../api/schemas/overview.ts';
import type { GroupsPage, TopAnswer } from '../../../api/schemas/rows.ts';
import { DARK } from '../../../dashboard/src/theme/tokens.ts';
import { findChromium } from '../../support/browser.ts';
import { DevServer } from '../../support/dev-server.ts';
import { axeFindings, withPage as openPage, rgb, tryNow, untilDrawn } from './pages.ts';

/** The page of `npm start`, as it lies built in the repository, against the server that a newcomer starts. */
const CHROMIUM = findChromium();
/** Those that show what events hold. */
const PAGES = ['overview', 'views/paths_5min', 'alerts', 'events'] as const;
/** Behind the hour with the 15 errors. At two events a second its alert is open for minutes more. */
const AFTER_THE_BURST = '8640';
const WHOLE_LOG = '10000';
/** Two servers and a browser, on a machine that does other things too. */
const SLOW_START_MS = 240_000;

type ErrorsRow = Row & { readonly errors: number };

/** Paths that nobody should ask for, and that somebody does. */
const HOSTILE_PATHS = [
  '/<img src=x onerror="globalThis.hacked = true">',
  '/<script>globalThis.hacked = true</script>',
  '/‮gnirts desrever‬',
  `/${'x'.repeat(900)}`,
  '/two\nlines',
];

if (CHROMIUM === null) {
  test('NOT RUN: the page against npm start, for there is no Chromium (set CHROMIUM to its path)', () => {});
} else {
  describe('the page of npm start', () => {
    const live = new DevServer('--at-once', AFTER_THE_BURST, '--rate', '2');
    const finished = new DevServer('--at-once', WHOLE_LOG);
    let browser: Browser;

    beforeAll(async () => {
      [browser] = await Promise.all([
        chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox'] }),
        live.start(),
        finished.start(),
      ]);
      await finished.until<Overview>('/api/overview', ({ health }) => health.state === 'replay_finished');
    }, SLOW_START_MS);
    afterAll(async () => {
      await browser?.close();
      await Promise.all([live.dispose(), finished.dispose()]);
    });

    const withPage = (
      server: DevServer,
      path: string,
      options: BrowserContextOptions,
      look: (page: Page, complaints: readonly string[]) => Promise<void>,
    ) => openPage(browser, `${server.url}/#/${path}`, options, look);

    test('an alert is open with its reason, leads to its window, and the API says who acknowledged it', async () => {
      const [incident] = (await live.until<IncidentsAnswer>('/api/alerts', ({ incidents }) => incidents.length > 0))
        .incidents;
      expect(incident).toMatchObject({ view: 'errors_1h', alert: 'error_burst', severity: 'critical', state: 'open' });
      await withPage(live, 'overview', {}, async (page) => {
        const strip = page.getByRole('region', { name: 'Worst open alert' });
        await strip.getByText(incident?.reason ?? '').waitFor();
        await strip.getByRole('link', { name: 'Show window' }).click();
        await page.waitForFunction(() => location.hash.startsWith('#/views/errors_1h?window='));
        await page.keyboard.press('3');
        await page.locator('[data-acknowledge]').click();
        await page.getByLabel('Your name').fill('ana');
        await page.getByRole('dialog').getByRole('button', { name: 'Acknowledge error_burst' }).click();
        await page.getByText('by ana').first().waitFor();
        const { incidents } = await live.get<IncidentsAnswer>('/api/alerts');
        expect(incidents[0]).toMatchObject({ state: 'acknowledged', acknowledgement: { by: 'ana' } });
      });
    });

    test('live mode moves, a pause stands still, and it goes on', async () => {
      await withPage(live, 'overview', {}, async (page, complaints) => {
        const delivered = () => page.locator('.replay .cut').textContent();
        const first = await delivered();
        await page.waitForFunction((was) => document.querySelector('.replay .cut')?.textContent !== was, first);
        await page.keyboard.press(' ');
        await page.getByRole('heading', { name: 'Paused by you' }).waitFor();
        const paused = await delivered();
        await page.getByText(/[1-9]\d* events and/).waitFor();
        expect(await delivered()).toBe(paused);
        await page.keyboard.press('l');
        await page.waitForFunction((was) => document.querySelector('.replay .cut')?.textContent !== was, paused);
        expect(complaints).toEqual([]);
      });
    });

    test('a server that is killed shows itself, the picture stays, and the same page goes on with the next one', async () => {
      await withPage(live, 'overview', {}, async (page) => {
        await untilDrawn(page);
        await page.evaluate(() => Object.assign(globalThis, { sameDocument: true }));
        const cards = await page.locator('.cards > .card').count();
        const before = (await live.get<Overview>('/api/overview')).counters.delivered;
        await live.kill();
        await page.getByText(/^Not known since/).waitFor();
        await page.getByRole('button', { name: 'Try now' }).waitFor();
        expect(await page.locator('.cards > .card').count()).toBe(cards);
        expect(await page.locator('.cards .chart canvas').count()).toBeGreaterThan(0);
        await live.start();
        await tryNow(page);
        await page.getByRole('heading', { name: 'Running well, replaying a file' }).waitFor();
        const { delivered } = (await live.get<Overview>('/api/overview')).counters;
        expect(delivered).toBeGreaterThanOrEqual(before);
        await page.waitForFunction(
          (least) => Number(/([\d,]+) of/.exec(document.body.innerText)?.[1]?.replaceAll(',', '')) >= least,
          before,
        );
        expect(await page.evaluate(() => 'sameDocument' in globalThis)).toBe(true);
      });
    });

    test('the numbers of the page are those of the API', async () => {
      const { rows } = await finished.get<{ rows: readonly ErrorsRow[] }>(
        '/api/views/errors_1h/windows?order=latest&limit=20&open=true',
      );
      const { groups, others } = await finished.get<TopAnswer>('/api/views/paths_5min/top?by=requests&n=7');
      const { counters } = await finished.get<Overview>('/api/overview');
      await withPage(finished, 'overview', {}, async (page) => {
        await untilDrawn(page);
        const figures = page.locator('.figure');
        expect(await figures.nth(0).getAttribute('title')).toBe(`${full(counters.delivered)} events delivered`);
        expect(await figures.nth(2).locator('dd').textContent()).toMatch(new RegExp(`^${counters.dead}\\s`));
        const last = rows.find((row) => row.is_final);
        await page.locator('.card', { hasText: 'errors_1h' }).getByText('last final window').waitFor();
        const headline = page.locator('.cards .headline b').first();
        expect(await headline.textContent()).toBe(String(last?.errors ?? ''));
        const cells = (nth: number) =>
          page.locator(`.card:has-text("paths_5min") td:nth-child(${nth})`).allTextContents();
        await page.locator('.card:has-text("paths_5min") td').first().waitFor();
        expect(await cells(3)).toEqual([
          ...groups.map((row) => full(Number(row.columns.requests))),
          full(others?.value ?? 0),
        ]);
        expect((await cells(1)).slice(0, groups.length)).toEqual(groups.map(({ group }) => String(group.path)));
      });
      await withPage(finished, 'views/errors_1h', {}, async (page) => {
        const errors = page.locator('.rows-table tbody tr td:nth-child(2)');
        await errors.first().waitFor();
        const shown = (await errors.allTextContents()).slice(0, rows.length);
        expect(shown).toEqual(rows.map(({ errors }) => String(errors)));
      });
      await withPage(finished, 'events', {}, async (page) => {
        const { accepted, late, dead, duplicate, discarded, delivered } = counters;
        const sum = [accepted, late, dead, duplicate, discarded].map(full).join(' + ');
        await page.getByText(`${sum} = ${full(delivered)}`).waitFor();
        await page.getByText('adds up').waitFor();
      });
    });

    test('the anomaly is marked with its reason, on the chart, in its table and among the incidents', async () => {
      const { incidents } = await finished.get<IncidentsAnswer>('/api/alerts');
      expect(incidents).toMatchObject([{ alert: 'error_burst', state: 'resolved' }]);
      const reason = incidents[0]?.reason ?? '';
      await withPage(finished, 'views/errors_1h', {}, async (page) => {
        await page.locator('.chart[aria-label*="1 anomaly."]').first().waitFor();
        await page.getByRole('button', { name: 'Show as table' }).first().click();
        await page.getByRole('region', { name: 'The chart as a table' }).getByText(reason).waitFor();
      });
      await withPage(finished, 'alerts', {}, async (page) => {
        await page.locator('.incident, [data-row]', { hasText: reason }).first().waitFor();
        await page.getByText('0 open, 0 acknowledged, 1 resolved').waitFor();
        await page.locator('.history').getByText('Resolved').waitFor();
      });
    });

    test('a replay that is finished says what to do next', async () => {
      await withPage(finished, 'overview', {}, async (page) => {
        await page.getByRole('heading', { name: 'Replay finished' }).waitFor();
        await page.getByRole('button', { name: 'Replay slower' }).click();
        await page.getByRole('dialog').getByText('npm start -- --fresh --rate 3').waitFor();
        expect(await axeFindings(page)).toEqual([]);
        await page.keyboard.press('Escape');
        await page.getByRole('button', { name: 'send your own' }).click();
        await page.getByRole('dialog').getByText(`curl ${finished.url}/streams/requests/events`).waitFor();
      });
    });

    test('hostile names that come by HTTP are text and nothing else', async () => {
      const event = { ip: '203.0.113.9', time: '2015-05-20T21:06:30Z', status: 404, user_agent: '<b>' };
      // Of a quarter of an hour later from many addresses: both shards pass the end of the window, and it closes.
      const later = Array.from({ length: 20 }, (_, i) => ({
        ...event,
        ip: `203.0.113.${i}`,
        time: '2015-05-20T21:21:00Z',
        url: '/',
      }));
      await finished.send('requests', [...HOSTILE_PATHS.map((url) => ({ ...event, url })), ...later]);
      await finished.until<GroupsPage>('/api/views/paths_5min/groups?search=/two', ({ groups }) => groups.length > 0);
      await withPage(finished, 'views/paths_5min', {}, async (page, complaints) => {
        await page.locator('.groups input[type=search]').fill('/<');
        await page.locator('.group-list [title*="onerror="]').waitFor();
        await page.locator('.group-list input').first().check();
        await page.locator('.rows-table').getByText('onerror=').first().waitFor();
        await page.locator('.groups input[type=search]').fill('/two');
        await page.locator('.group-list').getByText('/two').waitFor();
        expect(await page.evaluate(() => globalThis.hacked)).toBeUndefined();
        expect(await page.locator('main img, main script').count()).toBe(0);
        expect(complaints).toEqual([]);
      });
    });

    test('a dark phone has pages without a complaint, and axe finds nothing', async () => {
      const phone = { viewport: { width: 390, height: 844 }, hasTouch: true, colorScheme: 'dark' } as const;
      for (const path of PAGES) {
        await withPage(finished, path, phone, async (page, complaints) => {
          await untilDrawn(page);
          const over = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
          expect([path, Math.max(0, over)]).toEqual([path, 0]);
          expect(await page.evaluate(() => getComputedStyle(document.body).backgroundColor)).toBe(rgb(DARK.bg));
          expect(await axeFindings(page)).toEqual([]);
          expect(await page.evaluate(() => globalThis.violations)).toEqual([]);
          expect(complaints).toEqual([]);
        });
      }
    });

    test('nothing moves on a desktop once it is there', async () => {
      for (const path of ['overview', 'views/errors_1h', 'alerts', 'events']) {
        await withPage(finished, path, {}, async (page, complaints) => {
          await untilDrawn(page);
          expect([path, await page.evaluate(() => globalThis.shifted)]).toEqual([path, { value: 0, sources: [] }]);
          expect(complaints).toEqual([]);
        });
      }
    });
  });
}

function full(count: number): string {
  return count.toLocaleString('en');
}
