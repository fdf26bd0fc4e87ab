/** What stretch of time is looked at, as it stands in the address: `range=4h` goes with the clock, `from` and `to` stand. */

export const PRESETS = { '1h': 3_600_000, '4h': 14_400_000, '1d': 86_400_000, '7d': 604_800_000 } as const;
export type Preset = keyof typeof PRESETS;
export const PRESET_NAMES: Readonly<Record<Preset, string>> = { '1h': '1 h', '4h': '4 h', '1d': '1 d', '7d': '7 d' };

export interface Span {
  /** Null: from the first row on. */
  readonly fromMs: number | null;
  /** Null: up to now and what is expected after it. */
  readonly toMs: number | null;
  /** The one that was chosen; null of a stretch that was typed or drawn, and of all time. */
  readonly preset: Preset | null;
}

export interface SpanDefaults {
  readonly nowMs: number;
  /** From one window's start to the next one's: live spans begin with a window, so that they change once a window. */
  readonly stepMs: number | null;
  /** A file's times are its own: it is shown whole unless something else is asked for. */
  readonly isReplay: boolean;
}

/** Fewer windows than this make no picture: of daily windows four hours would be none. */
const LEAST_WINDOWS = 24;
const DEFAULT_PRESET: Preset = '4h';

export function spanOf(query: Readonly<Record<string, string>>, { nowMs, stepMs, isReplay }: SpanDefaults): Span {
  const [from, to] = [parseTime(query.from), parseTime(query.to)];
  if (from !== null && to !== null && from < to) return { fromMs: from, toMs: to, preset: null };
  if (query.range === 'all') return { fromMs: null, toMs: null, preset: null };
  const asked = isPreset(query.range) ? query.range : null;
  if (asked === null && isReplay) return { fromMs: null, toMs: null, preset: null };
  const preset = asked ?? defaultPreset(stepMs);
  if (preset === null) return { fromMs: null, toMs: null, preset };
  const step = stepMs ?? 60_000;
  return { fromMs: Math.floor((nowMs - PRESETS[preset]) / step) * step, toMs: null, preset };
}

/** The shortest that holds some windows; null, which is all time, where none does. */
function defaultPreset(stepMs: number | null): Preset | null {
  const names = Object.keys(PRESETS) as Preset[];
  const long = names.filter((name) => PRESETS[name] >= PRESETS[DEFAULT_PRESET]);
  return long.find((name) => PRESETS[name] >= LEAST_WINDOWS * (stepMs ?? 0)) ?? null;
}

export function isPreset(text: string | undefined): text is Preset {
  return text !== undefined && Object.hasOwn(PRESETS, text);
}

/** Addresses are typed by hand too: what is no time is none. A time without a zone is UTC, as the API takes it. */
export function parseTime(text: string | undefined): number | null {
  // Links within the page name a window by its milliseconds.
  if (text !== undefined && /^\d{10,15}$/.test(text)) return Number(text);
  if (text === undefined || !/^\d{4}-\d\d-\d\d/.test(text)) return null;
  const time = text.trim().replace(' ', 'T');
  const hasZone = /(Z|[+-]\d\d:?\d\d)$/.test(time);
  const ms = Date.parse(hasZone || time.length <= 10 ? time : `${time}Z`);
  return Number.isNaN(ms) ? null : ms;
}

export function spanParameters({ fromMs, toMs }: Pick<Span, 'fromMs' | 'toMs'>): {
  readonly from: string | null;
  readonly to: string | null;
} {
  return { from: isoOf(fromMs), to: isoOf(toMs) };
}

function isoOf(ms: number | null): string | null {
  return ms === null ? null : new Date(ms).toISOString();
}

/**
 * The stretch of the same length before, in whole windows, so that each of its points stands under one of now; null of all
 * time, before which there is nothing.
 */
export function spanBefore(
  { fromMs, toMs }: Span,
  nowMs: number,
  stepMs: number | null,
): { readonly fromMs: number; readonly toMs: number } | null {
  if (fromMs === null) return null;
  const step = stepMs ?? 1;
  const lengthMs = Math.ceil(((toMs ?? nowMs) - fromMs) / step) * step;
  return { fromMs: fromMs - lengthMs, toMs: fromMs };
}
