import type { JsonChoice, JsonStep } from '../ir/json-step.ts';
import type { FunctionSql } from './descriptor.ts';

const MAX_STEPS = 32;

/**
 * The steps of a path such as `user.tags[0]["a.b"]`. Names stand with dots between them, places of lists in brackets, counted
 * from 0, and any other name in brackets and double quotes. `[key="service.name"]` is the first object of a list whose `key` is that
 * text. Null where it is none.
 */
export function parseJsonPath(path: unknown): readonly JsonStep[] | null {
  if (typeof path !== 'string') return null;
  const steps: JsonStep[] = [];
  const step = /(?:^|\.)([A-Za-z_$][\w$-]*)|\[(\d{1,6})\]|\["([^"\\]+)"\]|\[([A-Za-z_$][\w$-]*)="([^"\\]*)"\]/y;
  while (step.lastIndex < path.length) {
    const [found, name, place, quoted, member, text] = step.exec(path) ?? [];
    if (found === undefined) return null;
    if (member !== undefined) steps.push({ member, text: text as string });
    else steps.push(place === undefined ? ((name ?? quoted) as string) : Number(place));
  }
  return steps.length > 0 && steps.length <= MAX_STEPS ? steps : null;
}

/** What lies at the end of the steps; undefined where there is nothing. */
export function valueAt(root: unknown, steps: readonly JsonStep[]): unknown {
  let value = root;
  for (const step of steps) {
    if (typeof value !== 'object' || value === null) return undefined;
    if (typeof step === 'object') {
      if (!Array.isArray(value)) return undefined;
      value = value.find((element) => isChosen(element, step));
      continue;
    }
    if (Array.isArray(value) !== (typeof step === 'number') || !Object.hasOwn(value, step)) return undefined;
    value = (value as Record<string | number, unknown>)[step];
  }
  return value;
}

function isChosen(element: unknown, { member, text }: JsonChoice): boolean {
  if (typeof element !== 'object' || element === null || Array.isArray(element)) return false;
  return Object.hasOwn(element, member) && (element as Record<string, unknown>)[member] === text;
}

/** A value in SQL, and a path from there. */
export interface SqlPlace {
  readonly json: string;
  readonly path: string;
}

type SqlWords = Pick<FunctionSql, 'dialect' | 'text'>;

/** The end of the steps in SQL's words, with each name in quotes. A path chooses nothing out of a list: an expression does. */
export function sqlPlace(root: string, steps: readonly JsonStep[], words: SqlWords): SqlPlace {
  let [json, path] = [root, '$'];
  for (const step of steps) {
    if (typeof step === 'object') [json, path] = [chosen({ json, path }, step, words), '$'];
    else path += pathWord(step, words.dialect);
  }
  return { json, path };
}

/** A path of names and places in SQL's words. */
function sqlPath(steps: readonly (string | number)[], dialect: FunctionSql['dialect']): string {
  return `$${steps.map((step) => pathWord(step, dialect)).join('')}`;
}

function pathWord(step: string | number, dialect: FunctionSql['dialect']): string {
  if (typeof step === 'number') return `[${step}]`;
  return dialect === 'DuckDB' ? `."${step}"` : `["${step}"]`;
}

function chosen({ json, path }: SqlPlace, choice: JsonChoice, words: SqlWords): string {
  const isDuckdb = words.dialect === 'DuckDB';
  const list = isDuckdb
    ? `json_extract(${json}, ${words.text(`${path}[*]`)})`
    : `TRY_CAST(json_extract(${json}, ${words.text(path)}) AS ARRAY(JSON))`;
  return choiceSql(list, choice, words);
}

/** The first element of a list of JSON, as SQL has lists, that is chosen. */
export function choiceSql(list: string, { member, text }: JsonChoice, words: SqlWords): string {
  const place = words.text(sqlPath([member], words.dialect));
  const wanted = words.text(text);
  if (words.dialect === 'DuckDB') {
    return `list_filter(${list}, lambda e: json_type(e, ${place}) = 'VARCHAR' AND json_extract_string(e, ${place}) = ${wanted})[1]`;
  }
  const isText = `substr(json_format(json_extract(e, ${place})), 1, 1) = '"'`;
  return `element_at(filter(${list}, e -> ${isText} AND json_extract_scalar(e, ${place}) = ${wanted}), 1)`;
}
