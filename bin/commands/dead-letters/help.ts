export const DEAD_LETTERS_HELP = `List, show and put back events that were not counted: dead letters, late events, discarded batches.

Usage: streamgauge dead-letters list    PIPELINE.ts [filters] [store] [--after ID] [--json]
       streamgauge dead-letters show    PIPELINE.ts ID [store] [--json]
       streamgauge dead-letters redrive PIPELINE.ts ID [ID …] [store] [options]
       streamgauge dead-letters redrive PIPELINE.ts filters [store] [options]

Filters
  --stream NAME      Of this stream only.
  --kind KIND        dead, late or discarded. May be repeated (list: all; redrive: dead).
  --reason REASON    Such as not_json or future_time; for a batch, why Lambda gave up on it.
  --since TIME       That arrived at or after this time: 2026-01-31, 2026-01-31T12:00:00Z, or 2h for two hours ago.
  --until TIME       That arrived before this time.
  --limit N          At most N (list: 50; redrive: no limit, and what was redriven before does not count).

Store
  --store PATH       An embedded store (default .streamgauge/<pipeline>.db, that of streamgauge dev).
  --aws              The deployed pipeline: names are read from the stack Streamgauge-<pipeline>.
  --stage NAME       As --aws, of the stage that was deployed with -c stage=NAME.
  --stack NAME       As --aws, from a stack of another name.
  --bucket NAME      As --aws, from this bucket; --stream-name STREAM=KINESISNAME then names the streams to put into.

Options of redrive
  --all              Everything of its kind, where neither ids nor other filters are given.
  --late             Needed for late events. Event time decides, so an event that you put back is normally late again; and
                     views that counted it in time count it twice, unless the stream has dedupe. Implies --kind late.
  --again            Send once more what has no known outcome: it may be in the stream already. If the stream has dedupe
                     and still remembers the id, that is harmless; otherwise the event may count twice.
  --dry-run          Only say what it would do.
  --yes              Do not ask. Needed for more than one if there is no terminal to ask on.
  --rate N           Put at most N records a second.
  --concurrency N    Redrives under way at once (default 8).
  --by NAME          Who to note as the one who did it (default: the user).

A redrive puts the exact bytes back as a new record, each once. The old dead letter stays and stays counted, because it was
delivered; the new record counts as another delivery. Events that are still bad become new dead letters under their new
positions. Of a discarded batch every record goes back, also those that were counted before Lambda gave up on it.

Exit codes: 0 all redriven, or redriven before; 1 some failed, and you can try again; 2 the command line is wrong, and
nothing was done; 3 some may or may not have been put back. After Ctrl-C it finishes what it has begun.

Examples
  streamgauge dead-letters list pipelines/weblog.ts
  streamgauge dead-letters show pipelines/weblog.ts dead/requests/shard-0001/8899.0
  streamgauge dead-letters redrive pipelines/weblog.ts --reason future_time --since 2h --dry-run
  streamgauge dead-letters redrive pipelines/weblog.ts --aws --kind discarded --all --rate 500 --yes
`;
