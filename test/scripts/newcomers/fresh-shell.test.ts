import { freshShell } from '../../../scripts/newcomers/fresh-shell.ts';

const IN_A_SCRIPT_OF_NPM = {
  PATH: '/repo/node_modules/.bin:/home/ann/node_modules/.bin:/usr/lib/node_modules/npm/node-gyp-bin:/usr/bin:/bin',
  HOME: '/home/ann',
  INIT_CWD: '/repo',
  npm_command: 'run-script',
  npm_package_name: 'streamgauge',
  npm_lifecycle_event: 'newcomers',
  npm_config_local_prefix: '/repo',
  npm_config_cache: '/home/ann/.npm',
  npm_config_proxy: 'http://127.0.0.1:3128',
};

test("what npm added is gone, and the machine's own settings stay", () => {
  expect(freshShell(IN_A_SCRIPT_OF_NPM, { npmCache: null, node: null })).toEqual({
    PATH: '/usr/bin:/bin',
    HOME: '/home/ann',
    npm_config_proxy: 'http://127.0.0.1:3128',
    npm_config_update_notifier: 'false',
  });
});

test('a cache and a Node of its own', () => {
  expect(freshShell(IN_A_SCRIPT_OF_NPM, { npmCache: '/tmp/cache', node: '/opt/node/bin' })).toMatchObject({
    PATH: '/opt/node/bin:/usr/bin:/bin',
    npm_config_cache: '/tmp/cache',
  });
});
