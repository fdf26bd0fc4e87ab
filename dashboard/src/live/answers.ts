import { batch, type Signal, signal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import type { Problem } from '../../../api/schemas/common.ts';
import { ProblemError } from '../api/client.ts';
import { Together } from './together.ts';

/** An answer of the API on the page: the last one stays while the next comes. */
export interface Answer<T> {
  readonly data: T | null;
  readonly problem: Problem | null;
  /** A next one is on its way for longer than one notices. */
  readonly isSlow: boolean;
}

const SLOW_AFTER_MS = 400;
const NOTHING: Answer<never> = { data: null, problem: null, isSlow: false };

/**
 * Asks again whenever `question` changes, one question at a time: what changes meanwhile is asked once the answer is there.
 * A question of null asks nothing.
 */
export function useAnswer<T>(question: string | null, ask: () => Promise<T>): Signal<Answer<T>> {
  const answer = useRef<Signal<Answer<T>> | null>(null);
  answer.current ??= signal<Answer<T>>(NOTHING);
  const shown = answer.current;
  const state = useRef({
    asked: null as string | null,
    wanted: null as string | null,
    ask,
    isBusy: false,
    isGone: false,
  });
  state.current.ask = ask;
  state.current.wanted = question;

  useEffect(() => {
    void follow(state.current, shown);
  }, [question]);
  useEffect(() => {
    state.current.isGone = false;
    return () => {
      state.current.isGone = true;
    };
  }, []);
  return shown;
}

const together = new Together({
  after: (ms, action) => {
    const timer = setTimeout(action, ms);
    return () => clearTimeout(timer);
  },
  atOnce: batch,
});

/** All that are slow say so together: each time something is said, the page is laid out anew. */
const SLOW_EVERY_MS = 200;

function slowAfterMs(): number {
  const at = performance.now() + SLOW_AFTER_MS;
  return SLOW_AFTER_MS + SLOW_EVERY_MS - (at % SLOW_EVERY_MS);
}

interface Following<T> {
  asked: string | null;
  wanted: string | null;
  ask: () => Promise<T>;
  isBusy: boolean;
  isGone: boolean;
}

async function follow<T>(state: Following<T>, shown: Signal<Answer<T>>): Promise<void> {
  if (state.isBusy) return;
  state.isBusy = true;
  while (!state.isGone && state.wanted !== null && state.wanted !== state.asked) {
    state.asked = state.wanted;
    const slow = setTimeout(() => {
      shown.value = { ...shown.value, isSlow: true };
    }, slowAfterMs());
    together.begin();
    let next: (last: Answer<T>) => Answer<T>;
    try {
      const data = await state.ask();
      next = () => ({ data, problem: null, isSlow: false });
    } catch (error) {
      // Without a connection the last answer stays, and the health line says why.
      const problem = error instanceof ProblemError ? error.problem : null;
      next = (last) => ({ ...last, problem, isSlow: false });
    }
    together.end(() => {
      clearTimeout(slow);
      shown.value = next(shown.value);
    });
  }
  state.isBusy = false;
}
