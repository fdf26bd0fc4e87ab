/** Lambda's context of an invocation that is killed in so many milliseconds of this machine's time. */
export function deadlineIn(ms: number): { getRemainingTimeInMillis(): number } {
  const endMs = performance.now() + ms;
  return { getRemainingTimeInMillis: () => endMs - performance.now() };
}
