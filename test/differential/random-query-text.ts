// differential: query strings by chance: every piece of the syntax over fields and values of the corpus, now and then broken.
import type { Random } from '../../local/generate/random.ts';
import { type PooledField, pick, slip, valueBy } from './value-pool.ts';

const SPECIAL = /[+\-!(){}[\]^"~*?:\\/&|<>=\s]/g;
const BREAKING = [
  '"',
  '(',
  ')',
  '[',
  ']',
  '{',
  '}',
  ':',
  '^',
  '~',
  '/',
  '\\',
  '+',
  '-',
  '!',
  '*',
  '?',
  ' ',
  '&&',
  '||',
] as const;
const JOINS = [' ', ' ', ' AND ', ' OR ', ' && ', ' || ', ' AND NOT ', ' OR NOT ', ' NOT ', '  '] as const;

export function queryTextBy(random: Random, fields: readonly PooledField[]): string {
  const text = clauses(random, fields, 0);
  return random.chance(0.08) ? broken(random, text) : text;
}

function clauses(random: Random, fields: readonly PooledField[], depth: number): string {
  const count = random.chance(0.45) ? 1 : random.integer(2, depth === 0 ? 4 : 3);
  let text = '';
  for (let at = 0; at < count; at += 1) text += `${at === 0 ? '' : random.pick(JOINS)}${clause(random, fields, depth)}`;
  return text;
}

function clause(random: Random, fields: readonly PooledField[], depth: number): string {
  const sign = random.chance(0.2) ? random.pick(['+', '-', '!', 'NOT '] as const) : '';
  const boost = random.chance(0.05) ? random.pick(['^2', '^0.5', '^0', '^1e1'] as const) : '';
  const field = pick(random, fields, { name: 'none', type: 'keyword', values: [] });
  if (depth < 2 && random.chance(0.15)) return `${sign}(${clauses(random, fields, depth + 1)})${boost}`;
  if (random.chance(0.05)) return `${sign}_exists_:${nameOf(random, field)}`;
  if (random.chance(0.22)) return `${sign}${leaf(random, field)}${boost}`;
  if (random.chance(0.12)) {
    const inner = Array.from({ length: random.integer(1, 3) }, () => leaf(random, field));
    return `${sign}${nameOf(random, field)}:(${inner.join(random.pick([' ', ' OR ', ' AND '] as const))})${boost}`;
  }
  return `${sign}${nameOf(random, field)}:${leaf(random, field)}${boost}`;
}

function nameOf(random: Random, { name }: PooledField): string {
  if (random.chance(0.04)) return `${name.split('.')[0]}.\\*`;
  if (random.chance(0.02)) return random.pick(['no.such', '\\*', '_id', '_index', 'smartids', 'object'] as const);
  return name.replaceAll(' ', '\\ ');
}

function leaf(random: Random, field: PooledField): string {
  const value = valueBy(random, field);
  const kind = random.uniform();
  if (kind < 0.36) return escaped(value) || '""';
  if (kind < 0.52) return `${quoted(random, value)}${random.chance(0.25) ? `~${random.integer(0, 6)}` : ''}`;
  if (kind < 0.66) return wildcard(random, value);
  if (kind < 0.72) return regexp(random, value);
  // Of more than fifty similar words OpenSearch takes fifty: ids are all alike.
  if (kind < 0.79 && !field.name.endsWith('id'))
    return `${escaped(value) || 'x'}~${random.pick(['', '0', '1', '2', '0.5', '3'] as const)}`;
  if (kind < 0.93) return range(random, field);
  if (kind < 0.97) return value.split(/\s+/).map(escaped).join(' ') || 'x';
  return value.replaceAll(/["()[\]{}/\\]/g, '') || 'x';
}

function escaped(text: string): string {
  return text.replaceAll(SPECIAL, (char) => `\\${char}`);
}

function quoted(random: Random, text: string): string {
  const words = text.split(' ');
  const phrase =
    random.chance(0.3) && words.length > 1
      ? words.slice(random.integer(0, 1), random.integer(1, words.length)).join(' ')
      : text;
  const mixed = random.chance(0.15) ? phrase.split(' ').reverse().join(' ') : phrase;
  return `"${mixed.replaceAll(/["\\]/g, (char) => `\\${char}`)}"`;
}

function wildcard(random: Random, text: string): string {
  const characters = [...text].slice(0, 20).map((char) => escaped(char));
  if (characters.length === 0) return '*';
  const kind = random.uniform();
  if (kind < 0.4) return `${characters.slice(0, random.integer(1, characters.length)).join('')}*`;
  if (kind < 0.55) return `*${characters.slice(random.integer(0, characters.length - 1)).join('')}`;
  if (kind < 0.7) return `*${characters.slice(1, -1).join('')}*`;
  const at = random.integer(0, characters.length - 1);
  characters[at] = random.pick(['?', '*', '??', '?*'] as const);
  return characters.join('');
}

const CLASSES = [
  '.',
  '.*',
  '[a-z]+',
  '[^a]',
  '.{0,5}',
  '(a|b)?',
  '\\w',
  '[0-9]{1,3}',
  '.+',
  '~a',
  '<1-443>',
  '@',
  '#',
  '&',
] as const;

function regexp(random: Random, text: string): string {
  const characters = [...text].slice(0, 15).map((char) => (/[\w ]/.test(char) ? char : `\\${char}`));
  const from = random.integer(0, characters.length);
  const kept = [...characters.slice(0, from), random.pick(CLASSES), ...characters.slice(from + random.integer(0, 3))];
  return `/${kept.join('').replaceAll('\\/', '.')}/`;
}

function range(random: Random, field: PooledField): string {
  const bound = (): string => (random.chance(0.15) ? '*' : boundOf(random, field));
  if (random.chance(0.25))
    return `${random.pick(['>', '>=', '<', '<='] as const)}${escaped(boundOf(random, field)) || '1'}`;
  const [from, to] = [bound(), bound()];
  return `${random.pick(['[', '{'] as const)}${from} TO ${to}${random.pick([']', '}'] as const)}`;
}

const STEPS = ['||/d', '||-1d', '||+1M/M', '||/y', '||+2h/h', '||-1w/w', '||/m'] as const;

function boundOf(random: Random, field: PooledField): string {
  const value = valueBy(random, field);
  const isDate = field.type === 'date' || field.type === 'date_nanos';
  const whole =
    isDate && random.chance(0.4)
      ? `${value.slice(0, random.pick([4, 7, 10, 13, 16] as const))}${random.chance(0.5) ? random.pick(STEPS) : ''}`
      : value;
  return /[\s\]}"[{]/.test(whole) || whole === '' ? `"${whole.replaceAll(/["\\]/g, (char) => `\\${char}`)}"` : whole;
}

function broken(random: Random, text: string): string {
  const at = random.integer(0, text.length);
  return random.chance(0.5) ? `${text.slice(0, at)}${random.pick(BREAKING)}${text.slice(at)}` : slip(random, text);
}

const SIMPLE_PIECES = ['+', '|', '-', '"', '*', '(', ')', '~', '~2', ' ', ' + ', ' | ', ' -'] as const;

/** For simple_query_string, which refuses nothing. */
export function simpleTextBy(random: Random, fields: readonly PooledField[]): string {
  let text = '';
  for (let count = random.integer(1, 4); count > 0; count -= 1) {
    const value = valueBy(random, pick(random, fields, { name: '', type: '', values: [] }));
    const word = random.chance(0.2)
      ? `"${value}"${random.chance(0.3) ? '~2' : ''}`
      : random.chance(0.2)
        ? `${value}*`
        : value;
    text += `${text === '' ? '' : random.pick(SIMPLE_PIECES)}${word}`;
  }
  return text;
}
