// real: what both sides say of the application layer of each conversation, as sets of words, field by field.
import { APPLICATION_FIELDS, type ApplicationField } from './application-fields.ts';
import type { OurFlow } from './our-flows.ts';
import type { TsharkAnswer } from './tshark.ts';
import type { TsharkRow } from './tshark-row.ts';

export interface Conversation {
  readonly flows: OurFlow[];
  readonly rows: TsharkRow[];
}

export interface FieldOfBoth {
  readonly field: ApplicationField;
  readonly ours: ReadonlySet<string>;
  readonly theirs: ReadonlySet<string>;
  /** Those of theirs that we must have an answer to. */
  readonly due: ReadonlySet<string>;
}

function keyOf(transport: string, a: string, b: string): string {
  return a < b ? `${transport} ${a} ${b}` : `${transport} ${b} ${a}`;
}

function keyOfRow(row: TsharkRow): string | undefined {
  const { transport } = row.layers;
  if (transport !== 'tcp' && transport !== 'udp') return undefined;
  const end = (name: 'src' | 'dst') =>
    `${row.ofNetwork(`ip.${name}`, `ipv6.${name}`)}:${row.ofTransport(transport, `${transport}.${name}port`)}`;
  return keyOf(transport, end('src'), end('dst'));
}

/** Both sides' parts by the five-tuple, whichever way its packets went. */
export function conversations(flows: readonly OurFlow[], { rows }: TsharkAnswer): ReadonlyMap<string, Conversation> {
  const found = new Map<string, Conversation>();
  const at = (key: string): Conversation => {
    const conversation = found.get(key) ?? { flows: [], rows: [] };
    found.set(key, conversation);
    return conversation;
  };
  for (const flow of flows) at(keyOf(flow.transport, flow.source, flow.destination)).flows.push(flow);
  for (const row of rows) {
    const key = keyOfRow(row);
    if (key !== undefined) at(key).rows.push(row);
  }
  return found;
}

/** Every value at a dotted path, through lists. */
function valuesAt(facts: unknown, path: string): readonly string[] {
  let values: readonly unknown[] = [facts];
  for (const name of path.split('.')) {
    values = values.flatMap((value) => {
      if (typeof value !== 'object' || value === null || !(name in value)) return [];
      // Checked above: an object with such a member.
      const member = (value as Record<string, unknown>)[name];
      return Array.isArray(member) ? member : [member];
    });
  }
  return values.map(String);
}

export function protocolOf({ application }: OurFlow): string {
  return valuesAt(application, 'network.protocol')[0] ?? '';
}

function theirValues(rows: readonly TsharkRow[], { tshark, read, compare }: ApplicationField): ReadonlySet<string> {
  const found = new Set<string>();
  for (const value of rows.flatMap((row) => tshark.flatMap((name) => row.all(name)))) {
    const readValue = read === undefined ? value : read(value);
    if (readValue !== undefined && readValue !== '') found.add(compare === undefined ? readValue : compare(readValue));
  }
  return found;
}

/** The fields of which one of the two says something. */
export function* fieldsOf({ flows, rows }: Conversation): Generator<FieldOfBoth> {
  const protocols = new Set(flows.map(protocolOf));
  for (const field of APPLICATION_FIELDS) {
    if (field.protocols?.every((name) => !protocols.has(name)) === true) continue;
    const { compare = String, isDue = () => true } = field;
    const ours = new Set(flows.flatMap(({ application }) => valuesAt(application, field.ours).map(compare)));
    const theirs = theirValues(rows, field);
    const due = theirValues(
      rows.filter((row) => isDue(row, rows)),
      field,
    );
    if (ours.size > 0 || theirs.size > 0) yield { field, ours, theirs, due };
  }
}
