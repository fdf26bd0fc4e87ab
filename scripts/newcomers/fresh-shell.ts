import { delimiter, sep } from 'node:path';

/** What npm tells the scripts that it runs. A command of the newcomer's own would take it for its own. */
const OF_NPM = /^npm_(lifecycle|package|command|execpath|node_execpath|config_(local_prefix|cache))|^INIT_CWD$/;
const OF_PACKAGES = `${sep}node_modules${sep}`;

export interface ShellOptions {
  /** A folder in place of npm's own cache; null for that. */
  readonly npmCache: string | null;
  /** A folder with the Node that is found first; null for the machine's own. */
  readonly node: string | null;
}

/** The environment that a shell of this machine begins with: without what npm added to run this script. */
export function freshShell(env: NodeJS.ProcessEnv, { npmCache, node }: ShellOptions): NodeJS.ProcessEnv {
  const kept = Object.entries(env).filter(([name]) => !OF_NPM.test(name));
  const paths = (env.PATH ?? '').split(delimiter).filter((path) => !`${path}${sep}`.includes(OF_PACKAGES));
  return {
    ...Object.fromEntries(kept),
    PATH: [...(node === null ? [] : [node]), ...paths].join(delimiter),
    // A new version of npm is no warning of ours.
    npm_config_update_notifier: 'false',
    ...(npmCache !== null && { npm_config_cache: npmCache }),
  };
}
