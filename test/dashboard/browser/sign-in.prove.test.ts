import { resolve } from 'node:path';
import { type Browser, chromium } from 'playwright-core';
import { findChromium } from '../../support/browser.ts';
import { SignedInPage } from '../../support/signed-in-page.ts';

const CHROMIUM = findChromium();

if (CHROMIUM === null) {
  test('NOT RUN: the sign-in of the page in a browser, for there is no Chromium (set CHROMIUM to its path)', () => {});
} else {
  describe('the page behind a sign-in', () => {
    let page: SignedInPage;
    let browser: Browser;

    beforeAll(async () => {
      page = new SignedInPage(resolve(__dirname, '../../../dashboard/dist'));
      await page.start();
      browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox'] });
    });
    afterAll(async () => {
      await browser?.close();
      await page?.stop();
    });

    test('the reader is signed in, sees what was open, and the token is renewed without leaving', async () => {
      const context = await browser.newContext({ acceptDownloads: true });
      const tab = await context.newPage();
      const violations: string[] = [];
      tab.on('console', (message) => {
        if (/Content Security Policy/.test(message.text())) violations.push(message.text());
      });
      await tab.goto(`${page.url}#/views/traffic_5min`);
      await tab.locator('h1.page-title:has-text("traffic_5min")').waitFor();
      await tab.locator('.button.live:has-text("Live")').first().waitFor();
      expect(tab.url()).toBe(`${page.url}#/views/traffic_5min`);
      expect(page.asked.filter((each) => each === '/authorize')).toHaveLength(1);

      page.tokens.clear();
      const [download] = await Promise.all([
        tab.waitForEvent('download'),
        tab.locator('a.button[download]').first().click(),
      ]);
      expect(download.suggestedFilename()).toBe('traffic_5min.csv');
      expect(page.asked.filter((each) => each === '/authorize')).toHaveLength(1);
      expect(page.asked.filter((each) => each === '/token')).toHaveLength(2);

      await tab.reload();
      await tab.locator('h1.page-title:has-text("traffic_5min")').waitFor();
      expect(page.asked.filter((each) => each === '/authorize')).toHaveLength(1);
      expect(violations).toEqual([]);
      await context.close();
    });
  });
}
