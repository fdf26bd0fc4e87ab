import { spawn } from 'node:child_process';
import type { CommandIo } from '../../cli/command.ts';

const OPENERS: Readonly<Partial<Record<NodeJS.Platform, readonly string[]>>> = {
  darwin: ['open'],
  win32: ['cmd', '/c', 'start', ''],
};

/** Opens an address in the browser. `onFailure` is told in a full sentence where there is none to be had. */
export function openBrowser(url: string, { env }: Pick<CommandIo, 'env'>, onFailure: (sentence: string) => void): void {
  const [command, ...args] = OPENERS[process.platform] ?? ['xdg-open'];
  const child = spawn(command as string, [...args, url], { env, detached: true, stdio: 'ignore' });
  child.on('error', ({ message }) => onFailure(`No browser could be opened: ${message}. Open ${url} yourself.`));
  child.unref();
}
