// differential: the values that the corpus holds, by field, for searches by chance to be about something that is there.

import type { Random } from '../../local/generate/random.ts';
import { HOSTILE_TEXTS } from './hostile-documents.ts';
import type { CorpusIndex } from './search-corpus.ts';

type Json = Readonly<Record<string, unknown>>;

export interface PooledField {
  readonly name: string;
  readonly type: string;
  readonly values: readonly string[];
}

const LONGEST = 60;

/** Every mapped field of an index with its values as text, and the parts of its flat objects. */
export function pooledFields({ mapping, documents }: CorpusIndex): readonly PooledField[] {
  const types = new Map<string, string>();
  if (mapping !== undefined) addTypes(types, mapping, '');
  const values = new Map<string, Set<string>>();
  for (const { body } of documents) addValues(values, body, '');
  if (mapping === undefined) for (const name of values.keys()) types.set(name, 'guessed');
  const fields = [...types].map(([name, type]) => ({ name, type, values: [...(values.get(name) ?? [])] }));
  const parts = [...values].filter(([name]) =>
    [...types].some(([flat, type]) => type === 'flat_object' && name.startsWith(`${flat}.`)),
  );
  return [...fields, ...parts.map(([name, found]) => ({ name, type: 'flat_part', values: [...found] }))];
}

function addTypes(types: Map<string, string>, node: Json, path: string): void {
  for (const [name, field] of Object.entries((node['properties'] ?? {}) as Record<string, Json>)) {
    const own = path === '' ? name : `${path}.${name}`;
    if (field['enabled'] === false) continue;
    if (field['type'] !== undefined && field['type'] !== 'object') types.set(own, String(field['type']));
    addTypes(types, field, own);
    for (const [sub, { type }] of Object.entries((field['fields'] ?? {}) as Record<string, Json>)) {
      types.set(`${own}.${sub}`, String(type));
    }
  }
}

function addValues(values: Map<string, Set<string>>, value: unknown, path: string): void {
  if (Array.isArray(value)) for (const item of value) addValues(values, item, path);
  else if (typeof value === 'object' && value !== null) {
    for (const [name, member] of Object.entries(value))
      addValues(values, member, path === '' ? name : `${path}.${name}`);
  } else if (value !== null && value !== undefined) {
    const known = values.get(path) ?? new Set<string>();
    if (known.size < 200 && String(value).length <= LONGEST) known.add(String(value));
    values.set(path, known);
  }
}

export function pick<T>(random: Random, items: readonly T[], otherwise: T): T {
  return items[random.integer(0, items.length - 1)] ?? otherwise;
}

/** A value of the field as it is mostly; else a part of it, another case, a slip of the pen, or something hostile. */
export function valueBy(random: Random, field: PooledField): string {
  const value = pick(random, field.values, '');
  const chance = random.uniform();
  if (chance < 0.6) return value;
  if (chance < 0.7) return pick(random, value.split(/\W+/), value);
  if (chance < 0.76) return random.chance(0.5) ? value.toUpperCase() : value.toLowerCase();
  if (chance < 0.84) return slip(random, value);
  if (chance < 0.9) return random.pick(ODD);
  const text = pick<string>(random, HOSTILE_TEXTS, '');
  return text.length > LONGEST ? text.slice(0, LONGEST) : text;
}

const ODD = [
  ...(['0', '1', '-1', '443', '80.0', '1e3', '99999999999999999999', '9223372036854775807', '0x10', 'NaN'] as const),
  ...(['true', 'false', 'yes', '10.0.0.1', '10.0.0.0/8', '10.0', '::1', '2001:db8::/32', '1.2.3.4.5'] as const),
  ...([
    '2026-11-01',
    '2026-11-01T06:00',
    '2026-13-01',
    '2026',
    '1793491200000',
    'abc',
    'a b',
    '',
    ' ',
    '*',
    '?',
  ] as const),
] as const;

/** One character left out, doubled, changed or swapped with its neighbour. */
export function slip(random: Random, text: string): string {
  const characters = [...text];
  if (characters.length === 0) return text;
  const at = random.integer(0, characters.length - 1);
  const own = characters[at] ?? '';
  const next = characters[at + 1] ?? '';
  const changed = random.pick(['', own + own, 'x', next + own] as const);
  return [...characters.slice(0, at), changed, ...characters.slice(changed === next + own ? at + 2 : at + 1)].join('');
}
