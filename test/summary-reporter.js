/**
 * Ends a test run with one plain line, `N passed, N failed`, that people and machines can read. A test that did not
 * run is in it, and so is one that stands for others which could not run here: its name begins with `NOT RUN`, and it is
 * said in full. Nothing is left out without a word.
 */
export default class SummaryReporter {
  #notRun = [];

  onTestResult(_test, { testResults }) {
    const names = testResults.filter(({ status }) => status === 'passed').map(({ fullName }) => fullName);
    this.#notRun.push(...names.filter((name) => name.includes('NOT RUN')));
  }

  onRunComplete(
    _contexts,
    { numPassedTests, numFailedTests, numPendingTests, numTodoTests, numRuntimeErrorTestSuites },
  ) {
    const notRun = this.#notRun;
    const skipped = numPendingTests + numTodoTests;
    const failed = numFailedTests + numRuntimeErrorTestSuites;
    const parts = [
      `${numPassedTests - notRun.length} passed`,
      `${failed} failed`,
      ...(skipped > 0 ? [`${skipped} skipped`] : []),
      ...(notRun.length > 0 ? [`${notRun.length} not run`] : []),
    ];
    // At the very end: jest's own summary is printed after all reporters.
    process.once('exit', () => {
      process.stdout.write([...notRun, parts.join(', ')].map((line) => `${line}\n`).join(''));
    });
  }
}
