interface Group {
  readonly text: string;
  readonly items: readonly { readonly text: string; readonly link: string }[];
}

const page = (text: string, name: string) => ({ text, link: `/docs/${name}` });

/** Every page of the site, in the order in which a reader may need them. A test finds what is missing. */
export const SIDEBAR: readonly Group[] = [
  {
    text: 'Begin',
    items: [
      { text: 'streamgauge', link: '/' },
      page('Tutorial', 'tutorial'),
      page('Concepts', 'concepts'),
      page('Recipes', 'recipes'),
      page('Troubleshooting', 'troubleshooting'),
      page('Comparison', 'comparison'),
    ],
  },
  {
    text: 'Write a pipeline',
    items: [
      page('The definition', 'pipeline'),
      page('Functions', 'functions'),
      page('Time', 'time'),
      page('Detection and forecasts', 'detection'),
      page('Alerts', 'alerts'),
      page('Testing', 'testing'),
    ],
  },
  {
    text: 'Run it',
    items: [
      page('On one machine', 'local'),
      page('Results', 'results'),
      page('The API', 'api'),
      page('Grafana', 'grafana'),
      page('Sending events', 'send'),
      page('Ingest', 'ingest'),
      page('Envelopes', 'envelopes'),
      page('Dead letters', 'dead-letters'),
      page('The lake', 'lake'),
    ],
  },
  {
    text: 'AWS',
    items: [
      page('Deploy', 'deploy'),
      page('Settings of a deployment', 'settings'),
      page('Operate', 'operate'),
      page('Cost', 'cost'),
      page('Performance', 'performance'),
      page('Metrics', 'metrics'),
      page('Restore', 'restore'),
    ],
  },
  {
    text: 'Reference',
    items: [
      page('Settings', 'reference/settings'),
      page('Command line', 'reference/cli'),
      page('API', 'reference/api'),
      page('Error messages', 'reference/errors'),
      page('Glossary', 'glossary'),
    ],
  },
  {
    text: 'Inside',
    items: [
      page('Exactly once', 'exactly-once'),
      page('Architecture', 'architecture'),
      page('Benchmark of detection', 'detection-bench'),
      { text: 'Contributing', link: '/CONTRIBUTING' },
      { text: 'Changelog', link: '/CHANGELOG' },
    ],
  },
];
