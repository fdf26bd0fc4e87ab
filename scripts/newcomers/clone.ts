import { join } from 'node:path';
import type { Newcomer } from './newcomer.ts';
import { install, warningsOf } from './npm.ts';
import { Program, run } from './processes.ts';

/** What a window that has closed looks like, in `dev`'s plain lines. */
const CLOSED_WINDOW = /^(\w+) closed \d{4}-\d\d-\d\d .*$/m;

export const CLONE: Newcomer = {
  name: 'clone',
  summary: "clones the repository and runs the README's first command, until the first window has closed",
  node: 'of the machine',
  async play({ root, folder, env }, diary) {
    const place = { cwd: join(folder, 'streamgauge'), env };
    await diary.step('git clone', async () => {
      await run(['git', 'clone', '--quiet', root, place.cwd], { cwd: folder, env });
      return (await run(['git', 'log', '-1', '--format=%h %s'], place)).stdout.trim();
    });
    await install('npm ci --omit=dev', ['ci', '--omit=dev'], place, diary);
    await diary.step('npm start, to the first closed window', async () => {
      const start = new Program(['npm', 'start', '--', '--port', '0'], place);
      try {
        const [line] = await start.until(CLOSED_WINDOW);
        return [line, ...warningsOf(start.stderr)].join('; ');
      } finally {
        await start.stop();
      }
    });
  },
};
