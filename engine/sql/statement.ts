import type { StructShape } from '../ir/field-shape.ts';
import type { StreamDefinition } from '../ir/stream-definition.ts';
import type { WindowDefinition } from '../ir/window.ts';
import type { SqlScope } from './compile-expression.ts';
import type { Dialect } from './dialect.ts';
import type { SelectedRows } from './stages.ts';

export interface StatementOptions {
  readonly dialect: Dialect;
  /**
   * A table expression with a stream's fields as columns, as they are on the wire: `eventSource()`, or a table's name.
   * ISO-8601 timestamps are text, epoch ones doubles, those of format 'any' JSON.
   */
  readonly source: (stream: StreamDefinition) => string;
  /** Count exactly where the view counts approximately. Not set: false. */
  readonly exactDistinct?: boolean;
  /** The column of a source that says when a record came in, as ISO-8601 text. Not set: there is none. */
  readonly arrival?: string;
  /** The fields that the source of a stream has, where it holds only events that were judged. Not set: all, of any line. */
  readonly judged?: (stream: StreamDefinition) => StructShape;
}

/** Where a source's events are selected: for which view, and what goes before the names of what is. */
export interface Place {
  readonly view: string;
  /** The view's own windows. */
  readonly window: WindowDefinition;
  readonly prefix: string;
  /** Goes before the names of a stream's events too: there may be two streams. */
  readonly own: string;
}

/** Events, or rows as if they were events. */
export interface EventsSource extends SelectedRows {
  readonly scope: SqlScope;
}
