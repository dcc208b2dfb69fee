// real: what our flows say of the application layer, beside what tshark shows of the same conversation.
import { afterAll, expect, test } from 'vitest';
import { PipelineError } from '../../lib/errors/pipeline-error.ts';
import { conversations, type FieldOfBoth, fieldsOf } from './application-facts.ts';
import { hasCaptures, realCaptures } from './captures.ts';
import {
  type ApplicationDifference,
  type DifferenceKind,
  KNOWN_APPLICATION_DIFFERENCES,
} from './known-application-differences.ts';
import { readFlows } from './our-flows.ts';
import { askTshark } from './tshark.ts';

/** Characters of one string that are kept (lib/app/limits.ts), and what stands in place of a password. */
const MAX_TEXT = 1024;
const MASK = '***';

const equal = new Map<string, number>();
const known = new Map<string, number>();
let unexplained = 0;

afterAll(() => {
  const sum = [...equal.values()].reduce((a, b) => a + b, 0);
  console.log(`\n${sum} application fields of conversations equal, ${unexplained} different without a known reason`);
  console.log(Object.fromEntries([...equal].sort(([, a], [, b]) => b - a)));
  for (const { name, reason } of KNOWN_APPLICATION_DIFFERENCES) {
    console.log(`  ${String(known.get(name) ?? 0).padStart(7)}  ${name}: ${reason}`);
  }
});

function isMasked(ours: string, theirs: string): boolean {
  const parts = ours.split(MASK);
  let at = 0;
  for (const part of parts) {
    const found = theirs.indexOf(part, at);
    if (found < 0) return false;
    at = found + part.length;
  }
  return parts.length > 1 && theirs.startsWith(parts[0] ?? '');
}

function isSame(ours: string, theirs: string): boolean {
  return ours === theirs || (ours.length === MAX_TEXT && theirs.startsWith(ours)) || isMasked(ours, theirs);
}

function differenceOf({ field, ours, theirs, due }: FieldOfBoth): DifferenceKind | undefined {
  if (ours.size === 0) return field.isAmong === true || due.size === 0 ? undefined : 'only theirs';
  const isShown = [...ours].every((value) => [...theirs].some((other) => isSame(value, other)));
  if (isShown) return undefined;
  return theirs.size === 0 ? 'only ours' : 'other';
}

function text({ field, kind, ours, theirs }: ApplicationDifference, key: string): string {
  const some = (values: ReadonlySet<string>) => JSON.stringify([...values].slice(0, 6)).slice(0, 300);
  return `${field.ours}, ${kind}: theirs ${some(theirs)}, ours ${some(ours)}; ${key}`;
}

test.skipIf(!hasCaptures).each(realCaptures())(
  '$name: its conversations say what tshark shows',
  async ({ name, path }) => {
    const flows = await readFlows(path);
    if (flows instanceof PipelineError) return;
    const differences: string[] = [];
    for (const [key, conversation] of conversations(flows, await askTshark(path))) {
      for (const both of fieldsOf(conversation)) {
        const kind = differenceOf(both);
        if (kind === undefined) {
          if (both.ours.size > 0) equal.set(both.field.ours, (equal.get(both.field.ours) ?? 0) + 1);
          continue;
        }
        const difference = { ...both, file: name, kind, conversation };
        const reason = KNOWN_APPLICATION_DIFFERENCES.find(({ covers }) => covers(difference));
        if (reason !== undefined) known.set(reason.name, (known.get(reason.name) ?? 0) + 1);
        else differences.push(text(difference, key));
      }
    }
    unexplained += differences.length;
    expect(differences.join('\n')).toBe('');
  },
);
