export const DEAD_LETTERS_HELP = `List, show and put back what went into no window: dead letters, late events, discarded batches.

Usage: streamgauge dead-letters list    PIPELINE.ts [filters] [store] [--after ID] [--json]
       streamgauge dead-letters show    PIPELINE.ts ID [store] [--json]
       streamgauge dead-letters redrive PIPELINE.ts ID [ID …] [store] [options]
       streamgauge dead-letters redrive PIPELINE.ts filters [store] [options]

Filters
  --stream NAME      Of this stream only.
  --kind KIND        dead, late or discarded. May be given several times (list: all; redrive: dead).
  --reason REASON    Such as not_json or future_time; for a batch, why it was given up.
  --since TIME       That arrived at or after this time: 2026-01-31, 2026-01-31T12:00:00Z, or 2h for two hours ago.
  --until TIME       That arrived before this time.
  --limit N          At most so many (list: 50; redrive: no limit, and what was redriven before does not count).

Store
  --store PATH       An embedded store (default .streamgauge/<pipeline>.db, that of streamgauge dev).
  --aws              The deployed pipeline: names are read from the stack Streamgauge-<pipeline>.
  --stage NAME       As --aws, of the stage that was deployed with -c stage=NAME.
  --stack NAME       As --aws, from a stack of another name.
  --bucket NAME      As --aws, from this bucket; --stream-name STREAM=KINESISNAME then names the streams to put into.

Options of redrive
  --all              Everything of its kind, where neither ids nor other filters are given.
  --late             Needed for late events. Event time decides, so one that is put back is normally late again; and views
                     that had it in time count it twice, unless the stream has dedupe. Alone it stands for --kind late.
  --again            Send once more what has no known outcome: it may be in the stream already. Where the stream has
                     dedupe that is harmless for as long as it remembers ids; otherwise the event may count twice.
  --dry-run          Only say what would be done.
  --yes              Do not ask. Needed for more than one where there is no terminal to ask on.
  --rate N           Put at most N records a second.
  --concurrency N    Redrives under way at once (default 8).
  --by NAME          Who is noted to have done it (default: the user).

A redrive puts the exact bytes back as a new record, each once. The old dead letter stays and stays counted, for it was
delivered; the new record counts as delivered anew. What is still bad becomes a new dead letter, under its new position.
Of a discarded batch every record goes back, also those that were counted before Lambda gave it up.

Exit codes: 0 all redriven, or redriven before; 1 some failed, and can be tried again; 2 the command line is wrong, and
nothing was done; 3 of some it is not known whether they were put back. Ctrl-C lets what is under way come to its end.

Examples
  streamgauge dead-letters list pipelines/weblog.ts
  streamgauge dead-letters show pipelines/weblog.ts dead/requests/shard-0001/8899.0
  streamgauge dead-letters redrive pipelines/weblog.ts --reason future_time --since 2h --dry-run
  streamgauge dead-letters redrive pipelines/weblog.ts --aws --kind discarded --all --rate 500 --yes
`;
