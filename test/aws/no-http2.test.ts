import http2, { Http2Error } from '../../adapters/aws/no-http2.ts';

test('there are no constants of HTTP/2, and connecting is an error', () => {
  expect(http2.constants).toEqual({});
  expect(() => http2.connect()).toThrow(Http2Error);
});
