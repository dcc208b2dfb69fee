// differential: OpenSearch's answers on record, a case a line, so that a change of one shows as one line.
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { encodeJson, parseJson } from '../../local/opensearch/request/json-text.ts';
import type { RecordedAnswer } from './differential-group.ts';

export interface GoldenAnswers {
  /** Of the OpenSearch that answered. */
  readonly version: string;
  readonly answers: ReadonlyMap<string, RecordedAnswer>;
}

function goldenPath(group: string): string {
  return fileURLToPath(new URL(`../golden/opensearch/${group}.ndjson`, import.meta.url));
}

export function readGoldenAnswers(group: string): GoldenAnswers {
  const [head = '{}', ...lines] = readFileSync(goldenPath(group), 'utf8').trimEnd().split('\n');
  const { version } = parseJson(head) as { version: string };
  return { version, answers: new Map(lines.map((line) => parseJson(line) as [string, RecordedAnswer])) };
}

export function writeGoldenAnswers(group: string, { version, answers }: GoldenAnswers): void {
  const lines = [{ version }, ...answers].map((line) => encodeJson(line));
  writeFileSync(goldenPath(group), `${lines.join('\n')}\n`);
}
