import type { StructShape } from '../ir/field-shape.ts';
import type { FieldNode } from '../ir/join-definition.ts';
import type { NamedNode } from '../ir/node.ts';
import type { SourceDefinition } from '../ir/source-definition.ts';
import type { LatePolicy, ViewDefinition } from '../ir/view-definition.ts';
import type { LogWindow } from '../ir/window.ts';
import { WORDS } from './given.ts';
import { oneOf, wholeNumber } from './settings.ts';
import type { Source } from './stream.ts';

/** What can be set of an event log: of each join and pattern. */
export interface LogSettings {
  /**
   * Events that come after the watermark has passed their time: `sideOutput` (the default) keeps them; `drop` counts them and lets
   * them go. A join or pattern takes no late events.
   */
  readonly lateEvents?: LatePolicy;
  /** Into how many parts the keys are divided, each gone through on its own. 1 unless set; for very many keys. */
  readonly buckets?: number;
  /** Raise it when the join or pattern changes: it then starts over under the new version. 1 unless set. */
  readonly version?: number;
}

export const LOG_SETTINGS = ['lateEvents', 'buckets', 'version'] as const;
const MAX_BUCKETS = 256;
const MAX_VERSION = 1_000_000;

/** What has a log, and makes rows of it. */
export interface LogDraft {
  readonly name: string;
  /** For messages: `join`, `pattern`. */
  readonly what: string;
  readonly source: SourceDefinition;
  readonly key: readonly FieldNode[];
  readonly window: LogWindow;
  /** What its rows are. */
  readonly shape: StructShape;
}

/** A join or pattern as `view()` takes it: its rows are there for views alone. */
export class LogView {
  readonly name: string;
  readonly definition: ViewDefinition;
  readonly #what: string;

  constructor({ name, what, source, key, window, shape }: LogDraft, settings: LogSettings) {
    const where = `${what} '${name}'`;
    this.name = name;
    this.#what = what;
    this.definition = {
      kind: 'view',
      name,
      version: wholeNumber(settings.version ?? 1, MAX_VERSION, `${where}: version is`),
      source,
      steps: [],
      window,
      groupBy: key.map((node, index): NamedNode => ({ name: `key${index}`, node })),
      aggregates: [],
      derived: [],
      emit: 'onClose',
      allowedLatenessMs: 0,
      lateEvents: oneOf(settings.lateEvents ?? 'sideOutput', ['sideOutput', 'drop'], `${where}: lateEvents`),
      buckets: wholeNumber(settings.buckets ?? 1, MAX_BUCKETS, `${where}: buckets is`),
      keepRowsMs: null,
      emptyWindows: 'skip',
      keepGroupsForWindows: 1,
      alerts: [],
      joined: shape,
    };
  }

  get [WORDS](): string {
    return `the ${this.#what} '${this.name}'`;
  }
}

/** Rows of a log as the type that `view()` takes. */
export function asSource<N extends string, R>(log: LogView): Source<N, R> {
  return log as unknown as Source<N, R>;
}
