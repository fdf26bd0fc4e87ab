import type { Random } from '../simulation/random.ts';

/** Values that are right JSON and seldom what a field is. */
export const ODD_VALUES = [
  'null',
  'true',
  '0',
  '-0',
  '-1',
  '1e308',
  '1e999',
  '-1e999',
  '5e-324',
  '9007199254740993',
  '123456789012345678901234567890',
  '0.1000000000000000055511151231257827',
  '""',
  '"\\u0000"',
  '"\\ud800"',
  '"\\udc00\\ud800"',
  '"\\ud83d\\ude00"',
  '"\\\\ud800"',
  '"a\u2028b"',
  '"\ufeff"',
  '[]',
  '{}',
  '{"city":null}',
  '{"city":"Bonn","constructor":"x"}',
  '{"__proto__":{"city":"x"}}',
  '{"toString":1,"constructor":{"prototype":1}}',
  '"0000-00-00"',
  '"+275760-09-13T00:00:00Z"',
  '"2026-02-30T00:00:00Z"',
  '"2026-01-01T00:00:00.123456789Z"',
  '1e400',
  `"${'9'.repeat(2000)}"`,
  '"\\uD83D"',
];
export const ODD_NAMES = [
  '__proto__',
  'constructor',
  'toString',
  'hasOwnProperty',
  '',
  'at ',
  'AT',
  'place.city',
  '\\u0061t',
];
const NAMES = ['id', 'user', 'amount', 'items', 'paid', 'born', 'place', 'at'];

type Field = readonly [name: string, value: string];

/** The fields of an event that fits the pipeline, each as JSON text. */
function rightFields(random: Random): Field[] {
  const fields: Field[] = [
    ['id', `"e${random.below(1000)}"`],
    ['user', random.pick(['"ann"', '"bo\u0301b"', '""', '"😀"', `"${'x'.repeat(300)}"`])],
    ['at', random.pick(['"2026-01-01T00:00:00Z"', '"2026-01-01T00:00:00.123+02:00"', '1767225600000'])],
  ];
  if (random.chance(60)) fields.push(['amount', random.pick(['0', '-1.5', '1e300', '12', 'null'])]);
  if (random.chance(40)) fields.push(['items', String(random.below(5))]);
  if (random.chance(40)) fields.push(['paid', random.pick(['true', 'false', 'null'])]);
  if (random.chance(40)) fields.push(['born', '"1990-05-17"']);
  if (random.chance(40)) fields.push(['place', '{"city":"Bonn"}']);
  return fields;
}

/** Nested so deeply that a function which calls itself for each level may run out of stack. */
function nested(value: string, random: Random): string {
  const depth = random.pick([2, 50, 3000, 60_000]);
  return random.chance(50)
    ? `${'['.repeat(depth)}${value}${']'.repeat(depth)}`
    : `${'{"a":'.repeat(depth)}${value}${'}'.repeat(depth)}`;
}

/** One step from a right event to an odd one, field by field. */
function damage(fields: readonly Field[], random: Random): Field[] {
  const changed = [...fields];
  const at = random.below(changed.length);
  const name = random.chance(50) ? random.pick(NAMES) : random.pick(ODD_NAMES);
  switch (random.below(random.chance(2) ? 6 : 5)) {
    case 0:
      changed.splice(at, 1);
      break;
    case 1:
      changed.splice(at, 1, [changed[at]?.[0] ?? name, random.pick(ODD_VALUES)]);
      break;
    case 2:
      changed.push([name, random.pick(ODD_VALUES)]);
      break;
    case 3:
      changed.push(changed[at] ?? [name, '1']);
      break;
    case 4:
      changed.splice(at, 1, [changed[at]?.[0] ?? name, `[${random.pick(ODD_VALUES)}]`]);
      break;
    default:
      changed.push([name, nested(random.pick(ODD_VALUES), random)]);
  }
  return changed;
}

/** The text of one event: right, or with fields that are missing, doubled, of another kind, or of names that trip. */
export function oddEvent(random: Random): string {
  let fields = rightFields(random);
  for (let times = random.chance(50) ? random.between(1, 3) : 0; times > 0; times--) fields = damage(fields, random);
  const [comma, colon] = random.pick([
    [',', ':'],
    [', ', ': '],
    [' ,\t', ' :'],
  ] as const);
  return `{${fields.map(([name, value]) => `"${name}"${colon}${value}`).join(comma)}}`;
}

/** Lines of events, with blank ones among them and any line end; or one event over several lines. */
export function oddText(random: Random): string {
  if (random.chance(5)) return oddEvent(random).replaceAll(',', ',\n').replaceAll('{', '{\r\n');
  const lines = Array.from({ length: random.between(1, 6) }, () => (random.chance(4) ? 'nonsense' : oddEvent(random)));
  const end = random.pick(['\n', '\n', '\n', '\r\n', '\n\n', '\n \t\n']);
  return `${random.chance(5) ? '\ufeff' : ''}${lines.join(end)}${random.chance(50) ? end : ''}`;
}

/** JSON text with one value, at any depth, that is odd, missing or there twice, or with a name that trips. */
export function damagedJson(text: string, random: Random): string {
  const places = [...text.matchAll(/(?:"(?:[^"\\]|\\.)*"|-?\d[\d.e+-]*|true|false|null|\[\]|\{\})(?!")/g)];
  const place = random.pick(places);
  if (place === undefined) return random.pick(ODD_VALUES);
  const [before, after] = [text.slice(0, place.index), text.slice(place.index + place[0].length)];
  const isName = after.startsWith(':');
  if (isName && random.chance(30)) return `${before}"${random.pick(ODD_NAMES)}"${after}`;
  if (isName) return `${before}${place[0]}:${random.pick(ODD_VALUES)},${place[0]}${after}`;
  return `${before}${random.chance(3) ? nested(place[0], random) : random.pick(ODD_VALUES)}${after}`;
}
