import { apiSettings } from '../../lambdas/api/api-settings.ts';

test('without settings callers read, and see no open windows in the overview', () => {
  expect(apiSettings({})).toEqual({ allows: 'read', showsOpen: false, pageBuild: '' });
});

test('settings are what the stack says', () => {
  const environment = {
    STREAMGAUGE_API_ALLOWS: 'redrive',
    STREAMGAUGE_API_OPEN_WINDOWS: 'true',
    STREAMGAUGE_PAGE_BUILD: 'b1',
  };
  expect(apiSettings(environment)).toEqual({ allows: 'redrive', showsOpen: true, pageBuild: 'b1' });
});

test('an access that there is not is refused', () => {
  expect(() => apiSettings({ STREAMGAUGE_API_ALLOWS: 'everything' })).toThrow(
    "STREAMGAUGE_API_ALLOWS is 'everything', and must be one of read, acknowledge, redrive. The stack sets it: deploy the stack again.",
  );
});
