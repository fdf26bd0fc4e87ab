import { overview } from '../live/store.ts';
import { route, setQuery } from '../pages/route.ts';
import { isPreset, PRESET_NAMES, PRESETS, type Preset } from '../pages/span.ts';

/** What stretch of time the cards of the overview show. */
export function RangeSelect() {
  const { from, to, range = '' } = route.value.query ?? {};
  const isReplay = Object.values(overview.value?.streams ?? {}).some(({ replay }) => replay !== null);
  const isZoomed = from !== undefined && to !== undefined;
  const value = isZoomed ? 'zoom' : range === 'all' || isPreset(range) ? range : '';
  return (
    <select
      class="button optional"
      aria-label="Range"
      value={value}
      onChange={({ currentTarget }) => {
        const chosen = currentTarget.value;
        setQuery({ range: chosen === '' ? null : chosen, from: null, to: null });
      }}
    >
      <option value="">{isReplay ? 'Whole replay' : 'Latest windows'}</option>
      {(Object.keys(PRESETS) as Preset[]).map((preset) => (
        <option key={preset} value={preset}>
          Last {PRESET_NAMES[preset]}
        </option>
      ))}
      <option value="all">All time</option>
      {isZoomed && <option value="zoom">Zoomed</option>}
    </select>
  );
}
