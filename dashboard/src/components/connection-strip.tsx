import { formatDuration } from '../format/times.ts';
import { connection, overview, session, tick, tryNow } from '../live/store.ts';
import { Icon } from './icon.tsx';

/** While the server does not answer: since when, when the next try is, and that the picture stays. */
export function ConnectionStrip() {
  void tick.value;
  const state = connection.value;
  if (state.kind !== 'lost') return null;
  if (session.problem !== null) return <SignInProblem words={session.problem} />;
  const nowMs = Date.now();
  const forMs = Math.floor(Math.max(0, nowMs - state.sinceMs) / 1000) * 1000;
  const seconds = Math.max(0, Math.round((state.retryAtMs - nowMs) / 1000));
  return (
    <div class="strip warning connection" role="status">
      <Icon name="warning" size={16} />
      <span class="reason">
        <b>No connection for {formatDuration(forMs)}.</b> streamgauge at {location.host} does not answer.
        {overview.value !== null && ' The picture below stays until the next one comes.'}
      </span>
      <span class="end">
        <span class="age">
          next try in {seconds} s, {ordinal(state.tries)}
        </span>
        <button type="button" class="button" onClick={() => tryNow()}>
          Try now
        </button>
      </span>
    </div>
  );
}

const ENDINGS: Readonly<Record<string, string>> = { one: 'st', two: 'nd', few: 'rd', other: 'th' };
const ordinals = new Intl.PluralRules('en', { type: 'ordinal' });

/** `4th` */
function ordinal(count: number): string {
  return `${count}${ENDINGS[ordinals.select(count)]}`;
}

function SignInProblem({ words }: { readonly words: string }) {
  return (
    <div class="strip warning connection" role="status">
      <Icon name="warning" size={16} />
      <span class="reason">
        <b>Nobody is signed in.</b> {words}
      </span>
      <span class="end">
        <button type="button" class="button" onClick={() => void session.signIn()}>
          Sign in
        </button>
      </span>
    </div>
  );
}
