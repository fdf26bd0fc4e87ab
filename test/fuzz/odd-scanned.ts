import type { Random } from '../simulation/random.ts';
import { ODD_NAMES, ODD_VALUES } from './odd-json.ts';
import type { ScannedStream } from './scanned-streams.ts';

type Field = readonly [name: string, value: string];

/** Lines of events that look alike, most of them: in one order or two, with the same spaces, and now and then something odd. */
export function oddScannedText(of: ScannedStream, random: Random): string {
  const [comma, colon] = random.pick([
    [',', ':'],
    [',', ':'],
    [', ', ': '],
    [',', ': '],
    [' , ', ':'],
  ] as const);
  const isFlipped = random.chance(20);
  const lines = Array.from({ length: random.between(1, 7) }, () => {
    const fields = fieldsOf(of, random);
    if (isFlipped && random.chance(50)) fields.reverse();
    if (random.chance(8)) damage(fields, random);
    const text = `{${fields.map(([name, value]) => `"${name}"${colon}${value}`).join(comma)}}`;
    return random.chance(3)
      ? random.pick([` ${text}`, `${text} `, `${text}\r`, `${text}x`, `[${text}]`, 'nonsense', ''])
      : text;
  });
  const end = random.pick(['\n', '\n', '\n', '\r\n', '\n\n', '\n \t\n']);
  return `${random.chance(3) ? '\ufeff' : ''}${lines.join(end)}${random.chance(50) ? end : ''}`;
}

function fieldsOf({ fields }: ScannedStream, random: Random): Field[] {
  return fields.flatMap(([name, values, optional]): Field[] => {
    if (optional !== undefined && random.chance(25)) return [];
    // The first ones are right, and come most often.
    const value = random.chance(95)
      ? (values[random.below(Math.min(2, values.length))] as string)
      : random.pick(values);
    return [[name, value]];
  });
}

function damage(fields: Field[], random: Random): void {
  const at = random.below(fields.length);
  const [name] = fields[at] as Field;
  switch (random.below(5)) {
    case 0:
      fields.splice(at, 1);
      break;
    case 1:
      fields.splice(at, 1, [name, random.pick(ODD_VALUES)]);
      break;
    case 2:
      fields.splice(at, 0, [random.pick(ODD_NAMES), random.pick(ODD_VALUES)]);
      break;
    case 3:
      fields.push([name, random.pick(ODD_VALUES)]);
      break;
    default:
      fields.splice(at, 0, ...fields.splice(random.below(fields.length), 1));
  }
}
