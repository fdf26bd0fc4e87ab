/** CloudFormation's own limit of a template, in bytes: 1 MB. */
const MAX_BYTES = 1_000_000;

/** What a setting leaves out, by the types of its resources. */
const PARTS = [
  {
    types: ['AWS::Athena::NamedQuery', 'AWS::Glue::Table'],
    part: 'queries of views and tables',
    setting: 'catalog=false',
  },
  {
    types: ['AWS::CloudWatch::Dashboard', 'AWS::CloudWatch::Alarm', 'AWS::CloudWatch::CompositeAlarm'],
    part: 'the dashboard and alarms',
    setting: 'monitoring=false',
  },
] as const;

interface SynthesizedStack {
  readonly stackName: string;
  readonly template: { readonly Resources?: Readonly<Record<string, { readonly Type: string }>> };
}

/** Says how much too large a stack's template is, and what takes it; null if CloudFormation takes it. */
export function tooLargeTemplate({ stackName, template }: SynthesizedStack): string | null {
  const bytes = bytesOf(template);
  if (bytes <= MAX_BYTES) return null;
  const resources = Object.values(template.Resources ?? {});
  const shares = PARTS.map(({ types, part, setting }) => {
    const of = resources.filter(({ Type }) => (types as readonly string[]).includes(Type));
    return `${kilobytes(of.reduce((sum, each) => sum + bytesOf(each), 0))} are for ${part} (${setting})`;
  });
  return `The template of stack '${stackName}' has ${kilobytes(bytes)}, and CloudFormation takes ${kilobytes(MAX_BYTES)}: ${shares.join(', ')}. Divide the pipeline into several, or leave a part out.`;
}

function bytesOf(value: unknown): number {
  return new TextEncoder().encode(JSON.stringify(value)).length;
}

function kilobytes(bytes: number): string {
  return `${Math.ceil(bytes / 1000).toLocaleString('en-US')} KB`;
}
