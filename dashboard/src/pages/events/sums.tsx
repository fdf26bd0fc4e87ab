import type { Overview } from '../../../../api/schemas/overview.ts';
import { Icon } from '../../components/icon.tsx';
import { formatFull } from '../../format/numbers.ts';
import { sumOf } from './sum.ts';

/** The five places with their counts, and whether they add up to what was delivered. */
export function EventSums({ shown }: { readonly shown: Overview }) {
  const { counters } = shown;
  const { words, addsUp, missing } = sumOf(counters);
  return (
    <section class="card sums" aria-label="Where events went">
      <p>
        The sum is checked: <span class="mono">{words}</span>{' '}
        {addsUp ? (
          <span class="chip well">
            <Icon name="well" size={13} /> adds up
          </span>
        ) : (
          <span class="chip critical">
            <Icon name="critical" size={12} />{' '}
            {missing > 0
              ? `${formatFull(missing)} events are in no place: report it with what /api/overview says.`
              : `${formatFull(-missing)} events are in two places: report it with what /api/overview says.`}
          </span>
        )}
      </p>
      <dl>
        <Place
          name="accepted"
          count={counters.accepted}
          sub={`${formatFull(shown.counted_late)} of them by a revision`}
        />
        <Place name="late" count={counters.late} sub="after revisions end, kept" />
        <Place name="dead" count={counters.dead} sub="not an event, kept" />
        <Place name="duplicate" count={counters.duplicate} sub="counted once before" />
        <Place name="discarded" count={counters.discarded} sub="batches given up" />
      </dl>
    </section>
  );
}

function Place({ name, count, sub }: { readonly name: string; readonly count: number; readonly sub: string }) {
  return (
    <div class={`place ${name}`}>
      <dt>{name}</dt>
      <dd>
        <b>{formatFull(count)}</b>
        <span>{sub}</span>
      </dd>
    </div>
  );
}
