// retention: when new dumps get indexes of their own, and which old ones no dump needs.

import { DAY_MS } from './retention-plan.ts';

export interface Generation {
  /** `000001`. */
  readonly name: string;
  /** Of its fullest index. */
  readonly documents: number;
  readonly createdAt: Date;
}

export interface GenerationPolicy {
  readonly maxDocuments: number;
  /** Absent: a generation is as old as it gets. */
  readonly maxAgeDays?: number | undefined;
}

export interface GenerationPlan {
  /** Begun now, for dumps that come from here on. */
  readonly next: string | undefined;
  readonly dropped: readonly string[];
}

/** A dump that was made a moment ago may have asked for the generation before the one that was just begun. */
const GRACE_MS = 3_600_000;

/** `named`: the generations that dumps name. The newest is never dropped, nor is one right after its successor came. */
export function planGenerations(
  generations: readonly Generation[],
  named: ReadonlySet<string>,
  policy: GenerationPolicy,
  now: Date,
): GenerationPlan {
  const oldestFirst = generations.toSorted((a, b) => (a.name < b.name ? -1 : 1));
  const current = oldestFirst.at(-1);
  if (current === undefined) return { next: undefined, dropped: [] };
  const ageMs = now.getTime() - current.createdAt.getTime();
  const isOld = policy.maxAgeDays !== undefined && ageMs >= policy.maxAgeDays * DAY_MS;
  const isFull = current.documents >= policy.maxDocuments || (isOld && current.documents > 0);
  const dropped = oldestFirst.filter(({ name }, i) => {
    const successor = oldestFirst[i + 1];
    const isSettled = successor !== undefined && now.getTime() - successor.createdAt.getTime() >= GRACE_MS;
    return isSettled && !named.has(name);
  });
  return { next: isFull ? nextName(current.name) : undefined, dropped: dropped.map(({ name }) => name) };
}

function nextName(name: string): string {
  return String(Number(name) + 1).padStart(name.length, '0');
}
