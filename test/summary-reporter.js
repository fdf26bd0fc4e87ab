/**
 * Ends a test run with one plain line, `N passed, N failed`, that people and machines can read. A test that did not
 * run is in it: nothing is left out without a word.
 */
export default class SummaryReporter {
  onRunComplete(
    _contexts,
    { numPassedTests, numFailedTests, numPendingTests, numTodoTests, numRuntimeErrorTestSuites },
  ) {
    const skipped = numPendingTests + numTodoTests;
    const failed = numFailedTests + numRuntimeErrorTestSuites;
    // At the very end: jest's own summary is printed after all reporters.
    process.once('exit', () => {
      process.stdout.write(`${numPassedTests} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}\n`);
    });
  }
}
