import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { convertLine, convertLog, parseCombined } from '../../scripts/convert-apache-log.ts';

const SCRIPT = join(__dirname, '../../scripts/convert-apache-log.ts');
const EXAMPLE = join(__dirname, '../../examples/weblog');

function line(parts: { time?: string; request?: string; bytes?: string; user?: string; tail?: string } = {}): string {
  const { time = '17/May/2015:10:05:03 +0000', request = 'GET /a?b=c HTTP/1.1', bytes = '5' } = parts;
  const { user = '-', tail = '"-" "curl/8"' } = parts;
  return `203.0.113.9 - ${user} [${time}] "${request}" 200 ${bytes} ${tail}`;
}

describe('parseCombined', () => {
  test('reads every field of a line', () => {
    const tail = '"https://a.example/x" "Mozilla/5.0 (X11; Linux)"';
    expect(parseCombined(line({ user: 'frank', tail }))).toEqual({
      ip: '203.0.113.9',
      user: 'frank',
      time: '2015-05-17T10:05:03Z',
      method: 'GET',
      url: '/a?b=c',
      protocol: 'HTTP/1.1',
      status: 200,
      bytes: 5,
      referrer: 'https://a.example/x',
      user_agent: 'Mozilla/5.0 (X11; Linux)',
    });
  });

  test('makes null of what the log writes as -', () => {
    const entry = parseCombined(line({ bytes: '-', request: '-', tail: '"-" "-"' }));
    expect(entry).toMatchObject({ user: null, bytes: null, referrer: null, user_agent: null });
    expect(entry).toMatchObject({ method: null, url: null, protocol: null });
    expect(entry).not.toHaveProperty('request');
  });

  test.each([
    ['31/Dec/2015:23:30:00 -0130', '2016-01-01T01:00:00Z'],
    ['01/Jan/2016:01:00:00 +0530', '2015-12-31T19:30:00Z'],
    ['29/Feb/2016:00:00:00 +0000', '2016-02-29T00:00:00Z'],
  ])('converts the log time %s with its own offset to UTC', (time, expected) => {
    expect(parseCombined(line({ time }))?.time).toBe(expected);
  });

  test.each(['30/Feb/2015:10:05:03 +0000', '17/Mai/2015:10:05:03 +0000', '17/May/2015:24:05:03 +0000', '17/May/2015'])(
    'refuses a line whose time is %s',
    (time) => {
      expect(parseCombined(line({ time }))).toBeNull();
    },
  );

  test('undoes escapes of quotes, backslashes and bytes of UTF-8', () => {
    const entry = parseCombined(line({ tail: String.raw`"caf\xc3\xa9 \\x41" "say \"hi\"\t."` }));
    expect(entry?.referrer).toBe('café \\x41');
    expect(entry?.user_agent).toBe('say "hi"\t.');
  });

  test('leaves a field as it is where its escaped bytes are not UTF-8', () => {
    const referrer = String.raw`http://\xe4\xe5/`;
    expect(parseCombined(line({ tail: `"${referrer}" "-"` }))?.referrer).toBe(referrer);
  });

  test('keeps a request line that is no HTTP request in a field of its own', () => {
    const entry = parseCombined(line({ request: String.raw`\x16\x03\x01` }));
    expect(entry).toMatchObject({ method: null, url: null, protocol: null, request: '\u0016\u0003\u0001' });
  });

  test('reads a request without a protocol', () => {
    expect(parseCombined(line({ request: 'GET /old' }))).toMatchObject({ method: 'GET', url: '/old', protocol: null });
  });

  test.each([
    ['a user agent without closing quote', line({ tail: '"-" "curl/8' })],
    ['the common format', '203.0.113.9 - - [17/May/2015:10:05:03 +0000] "GET / HTTP/1.1" 200 5'],
    ['something after the user agent', `${line()} 12`],
    ['other text', 'hello'],
  ])('refuses %s', (_what, text) => {
    expect(parseCombined(text)).toBeNull();
  });
});

test('a line that is not UTF-8 is written byte by byte as it is', () => {
  const bytes = Buffer.from(line({ tail: '"-" "caf\u00e9"' }), 'latin1');
  const { data, parsed } = convertLine(bytes);
  expect(parsed).toBe(false);
  expect(data.equals(bytes)).toBe(true);
});

describe('convertLog', () => {
  const dir = mkdtempSync(join(tmpdir(), 'convert-'));
  afterAll(() => rmSync(dir, { recursive: true }));

  const log = [
    line(),
    line({ request: 'GET /b HTTP/1.0' }),
    'not a log line "',
    line({ time: '17/May/2015:10:05:01 +0000' }),
  ];

  test('keeps the order of lines, counts, and passes what does not parse through', async () => {
    const input = join(dir, 'plain.log');
    const output = join(dir, 'plain.jsonl');
    writeFileSync(input, `${log.join('\n')}\n`);
    expect(await convertLog(input, output)).toEqual({ lines: 4, unparsed: 1 });
    const lines = readFileSync(output, 'utf8').split('\n');
    expect(lines).toHaveLength(5);
    expect(lines[2]).toBe(log[2]);
    expect([0, 1, 3].map((index) => JSON.parse(lines[index] as string).url)).toEqual(['/a?b=c', '/b', '/a?b=c']);
  });

  test('writes the same gzip bytes each time, without time or system in the header', async () => {
    const input = join(dir, 'packed.log.gz');
    writeFileSync(input, gzipSync(log.join('\r\n')));
    const outputs = await Promise.all(
      ['one', 'two'].map(async (name) => {
        const output = join(dir, `${name}.jsonl.gz`);
        await convertLog(input, output);
        return readFileSync(output);
      }),
    );
    const [one, two] = outputs as [Buffer, Buffer];
    expect(one.equals(two)).toBe(true);
    expect([...one.subarray(4, 8)]).toEqual([0, 0, 0, 0]);
    expect(one[9]).toBe(255);
    expect(gunzipSync(one).toString().split('\n').filter(Boolean)).toHaveLength(4);
  });

  test('leaves nothing behind where the input cannot be read', async () => {
    const input = join(dir, 'damaged.log.gz');
    writeFileSync(input, gzipSync(log.join('\n').repeat(1000)).subarray(0, 60));
    const before = readdirSync(dir);
    await expect(convertLog(input, join(dir, 'never.jsonl'))).rejects.toThrow('damaged.log.gz cannot be read');
    expect(readdirSync(dir)).toEqual(before);
  });
});

describe('the command', () => {
  const run = (...args: string[]) => spawnSync(process.execPath, [SCRIPT, ...args], { encoding: 'utf8' });

  test('--help shows how to use it', () => {
    const { status, stdout } = run('--help');
    expect(status).toBe(0);
    expect(stdout).toContain('Usage: node scripts/convert-apache-log.ts IN[.gz] OUT[.gz]');
  });

  test('refuses other than two files', () => {
    const { status, stderr } = run('only-one');
    expect(status).toBe(2);
    expect(stderr).toContain('Give two files');
  });
});

describe('the example log', () => {
  const bytes = gunzipSync(readFileSync(join(EXAMPLE, 'access-log.jsonl.gz')));
  const lines = bytes.toString('utf8').split('\n').filter(Boolean);

  test('has the checksum that its README states', () => {
    const readme = readFileSync(join(EXAMPLE, 'README.md'), 'utf8');
    expect(readme).toContain(createHash('sha256').update(bytes).digest('hex'));
  });

  test('has 10,000 lines, of which line 8,899 alone is not JSON', () => {
    expect(lines).toHaveLength(10_000);
    const broken = lines.flatMap((text, index) => (text.startsWith('{') ? [] : [index + 1]));
    expect(broken).toEqual([8899]);
    expect(lines[8898]).toContain('46.118.127.106');
  });

  test('is out of order by up to 59 seconds and no more', () => {
    let latestMs = 0;
    let worstMs = 0;
    for (const text of lines.filter((candidate) => candidate.startsWith('{'))) {
      const timeMs = Date.parse(JSON.parse(text).time);
      worstMs = Math.max(worstMs, latestMs - timeMs);
      latestMs = Math.max(latestMs, timeMs);
    }
    expect(worstMs).toBe(59_000);
  });
});
