/**
 * The base of every error that streamgauge throws of its own accord, so that a caller can tell them from the errors of
 * libraries. The message is a full sentence: it names the stream, view, field or setting, says what was found and what to
 * do. What went wrong below is the `cause`.
 *
 *     try {
 *       await run();
 *     } catch (error) {
 *       if (error instanceof StreamgaugeError) console.error(`${error.code}: ${error.message}`);
 *       else throw error;
 *     }
 */
export abstract class StreamgaugeError extends Error {
  /** The name of the class. A field, because bundlers rename classes. */
  abstract override readonly name: string;
  /** In camel case, and of one class only. Programs compare it; messages may change. */
  abstract readonly code: string;
}
