import { StreamgaugeError } from '../../engine/ir/streamgauge-error.ts';

/**
 * What bundles of the functions have in the place of `node:http2`: the client of Kinesis imports it for a handler that ours takes the
 * place of, and it is the largest of Node's own modules that a cold start would load.
 */
const http2 = {
  constants: {},
  connect(): never {
    throw new Http2Error();
  },
};

export default http2;

/** Somebody makes a request by HTTP/2. */
export class Http2Error extends StreamgaugeError {
  override readonly name = 'Http2Error';
  readonly code = 'httpTwo';

  constructor() {
    super('The functions are bundled without HTTP/2. Give the client the request handler of client-settings.ts.');
  }
}
