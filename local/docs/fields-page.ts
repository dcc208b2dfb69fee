// docs: docs/FIELDS.md, out of the field tables: every field of every kind of document, and other tools' names for them.

import { DOCUMENT_FIELDS, type DocumentKind, indexAlias } from '../../lib/document/document-kind.ts';
import type { Field, FieldTable } from '../../lib/document/field.ts';
import { FIELD_ALIASES } from '../../lib/document/field-aliases.ts';
import { ECS_VERSION } from '../../lib/document/shared-document-fields.ts';
import { code, GENERATED, table } from './markdown.ts';

const PAGE_KINDS = ['flows', 'packets', 'alerts', 'dumps'] as const satisfies readonly DocumentKind[];

const ABOUT: Readonly<Record<(typeof PAGE_KINDS)[number], string>> = {
  flows:
    'One document a flow, from its first to its last packet; a long connection is several, with one `network.community_id`.',
  packets: 'Single packets: by default those of flows with a detection, the first 1,000 of each.',
  alerts: 'Who did what to whom, out of the detections of a dump.',
  dumps: 'The captures themselves, and how far their analysis is.',
};

const INTRODUCTION = `# Fields

Names follow the [Elastic Common Schema](https://www.elastic.co/docs/reference/ecs) ${ECS_VERSION}; what it has no name for is below \`smartids\`. A query names them as they stand here: \`destination.port:22 AND NOT smartids.label:Normal\`. \`GET /api/search/{kind}/fields\` gives the same list as JSON.

- \`keyword\`: whole values, in exact case, with \`*\` and \`?\`; up to 1,024 characters are searched. In the API only those marked \`*…\` take a pattern that begins with a wildcard.
- \`text\`: words, in any case and order; a phrase in quotes.
- \`ip\`: an address, or a network in CIDR form. \`long\`, \`double\`, \`date\`, \`date_nanos\`: one value, or a range in brackets: \`[now-1h TO now]\`.
- \`stored\`: comes with the document, and is neither searched nor sorted by.
- \`…[]\`: a document may have several; a query is met where one of them meets it.
`;

function typeText({ type, many, leadingWildcard }: Field): string {
  return `${leadingWildcard === true ? '*…' : ''}${type}${many === true ? '[]' : ''}`;
}

function meaning({ about, values }: Field): string {
  return values === undefined ? about : `${about}. One of ${values.map(code).join(', ')}`;
}

/** By the first part of their names, in the tables' order; own fields by their first two. */
function groups(fields: FieldTable): ReadonlyMap<string, readonly [string, Field][]> {
  const found = new Map<string, [string, Field][]>();
  for (const [name, field] of Object.entries(fields)) {
    const parts = name.split('.');
    const group =
      parts.length === 1 ? '' : parts.slice(0, parts[0] === 'smartids' && parts.length > 2 ? 2 : 1).join('.');
    found.set(group, [...(found.get(group) ?? []), [name, field]]);
  }
  return found;
}

function fieldTable(fields: FieldTable): string {
  const rows = [...groups(fields).values()]
    .flat()
    .map(([name, field]) => [code(name), typeText(field), meaning(field), code(String(field.example))]);
  return table(['Field', 'Type', 'Meaning', 'Example'], rows);
}

function aliasTable(kind: DocumentKind): string {
  const aliases = Object.entries(FIELD_ALIASES[kind]);
  if (aliases.length === 0) return '';
  const rows = aliases.map(([name, { path, of }]) => [code(name), code(path), of]);
  return `\nOther names that searches take:\n\n${table(['Name', 'Stands for', 'Whose name'], rows)}`;
}

function section(kind: (typeof PAGE_KINDS)[number]): string {
  const title = kind.charAt(0).toUpperCase() + kind.slice(1);
  return `## ${title}: ${code(indexAlias(kind))}\n\n${ABOUT[kind]}\n\n${fieldTable(DOCUMENT_FIELDS[kind])}${aliasTable(kind)}`;
}

export function fieldsPage(): string {
  return [GENERATED, INTRODUCTION, ...PAGE_KINDS.map(section)].join('\n');
}
