export const JSON_TYPE = 'application/json';
export const CSV_TYPE = 'text/csv';
export const JSON_LINES_TYPE = 'application/x-ndjson';
export const EVENTS_TYPE = 'text/event-stream';
export const PROBLEM_TYPE = 'application/problem+json';
export const METRICS_TYPE = 'text/plain';
