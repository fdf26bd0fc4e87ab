import { findPython } from '../../../scripts/newcomers/python.ts';

test('where there is no Python, it is said why', async () => {
  expect(await findPython(__dirname, { PATH: '/no/such/folder' })).toEqual({
    kind: 'none',
    why: expect.stringMatching(
      /^there is no Python with boto3 here, and it cannot be installed: 'python3 -m venv venv' .*ENOENT/,
    ),
  });
});
