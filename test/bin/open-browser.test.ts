import { openBrowser } from '../../bin/commands/dev/open-browser.ts';

test('where there is no browser to be had, the address is told', async () => {
  const io = { env: { PATH: '/nowhere' } };
  const sentence = await new Promise<string>((resolve) => openBrowser('http://127.0.0.1:8787', io, resolve));
  expect(sentence).toMatch(/^No browser could be opened: .+\. Open http:\/\/127\.0\.0\.1:8787 yourself\.$/);
});
