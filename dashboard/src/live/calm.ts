import { useRef } from 'preact/hooks';

const AT_MOST_EACH_MS = 5_000;

/**
 * A value that changes at most each 5 s, and not while `isHeld`: a list does not move under the pointer, the focus or a
 * choice that somebody has begun.
 */
export function useCalm<T>(value: T, isHeld: boolean): T {
  const kept = useRef({ value, sinceMs: Number.NEGATIVE_INFINITY });
  const nowMs = performance.now();
  if (value !== kept.current.value && !isHeld && nowMs - kept.current.sinceMs >= AT_MOST_EACH_MS) {
    kept.current = { value, sinceMs: nowMs };
  }
  return kept.current.value;
}
