import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { chromium } from 'playwright-core';
import { type BuiltPage, pagePolicy } from '../contracts/built-page.ts';

type Ask = (request: Request) => Promise<Response>;

/** Functions of an endpoint may have to start, one after the other. */
const TIMEOUT_MS = 180_000;

/** What the page's list of views shows, by the name of the view and of the column. */
export type ShownViews = Readonly<Record<string, Readonly<Record<string, string>>>>;

/**
 * Opens the page in a browser, with the deployed API below the same address as CloudFront has it, and reads its list of views.
 *
 * @returns also what the browser complained of.
 */
export async function readPage(
  page: BuiltPage,
  ask: Ask,
  executablePath: string,
): Promise<{ readonly views: ShownViews; readonly complaints: readonly string[] }> {
  const server = await serve(page, ask);
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
  try {
    const tab = await browser.newPage();
    const complaints: string[] = [];
    tab.on('pageerror', (error) => complaints.push(error.message));
    await tab.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/#/views`);
    const table = tab.locator('table.views');
    await table.locator('tbody tr').first().waitFor({ timeout: TIMEOUT_MS });
    const textsOf = (selector: string) => table.locator(selector).allInnerTexts();
    const names = (await textsOf('thead th')).map((text) => text.trim().toLowerCase());
    // Before the overview has come, it is not known how many rows there are.
    const place = `table.views tbody td:nth-child(${names.indexOf('rows') + 1})`;
    const isKnown = `[...document.querySelectorAll(${JSON.stringify(place)})].every((cell) => /^[\\d,]+$/.test(cell.innerText.trim()))`;
    await tab.waitForFunction(isKnown, null, { timeout: TIMEOUT_MS });
    const cells = await textsOf('tbody td');
    const views: Record<string, Record<string, string>> = {};
    for (let at = 0; at < cells.length; at += names.length) {
      const line = cells.slice(at, at + names.length).map((text) => text.trim());
      views[line[0] ?? ''] = Object.fromEntries(names.map((name, index) => [name, line[index] ?? '']));
    }
    return { views, complaints };
  } finally {
    await browser.close();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
}

async function serve(page: BuiltPage, ask: Ask): Promise<Server> {
  const server = createServer((request, response) => {
    answer(page, ask, request, response).catch((error: unknown) => response.writeHead(502).end(String(error)));
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  return server;
}

async function answer(page: BuiltPage, ask: Ask, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { pathname, search } = new URL(request.url ?? '/', 'http://page');
  if (pathname.startsWith('/api')) {
    const headers = {
      accept: request.headers.accept ?? '*/*',
      'if-none-match': request.headers['if-none-match'] ?? '',
    };
    const answered = await ask(new Request(`https://api.local${pathname}${search}`, { headers }));
    response.writeHead(answered.status, Object.fromEntries(answered.headers));
    response.end(Buffer.from(await answered.arrayBuffer()));
    return;
  }
  const name = pathname === '/' ? 'index.html' : pathname.slice(1);
  const file = page.files.find((each) => each.name === name);
  if (file === undefined) {
    response.writeHead(404).end();
    return;
  }
  response.writeHead(200, { 'content-type': file.type, 'content-security-policy': pagePolicy(page.scripts) });
  response.end(file.bytes);
}
