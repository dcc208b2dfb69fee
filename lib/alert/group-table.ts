// alert: takes any number of groups in bounded memory; combines them whenever too many are held.

import type { AlertGroup } from './alert-group.ts';
import { combineGroups } from './combine-groups.ts';

export interface GroupTable {
  add(group: AlertGroup): void;
  /** The groups, ordered by first record, and the flows of those that found no room. */
  finish(): { readonly groups: readonly AlertGroup[]; readonly dropped: number };
}

/** Held before they are combined, as a multiple of what is kept. */
const HOLD_FACTOR = 4;

/** Those with most flows, the earlier one of equals. */
function keepLargest(groups: readonly AlertGroup[], count: number): { kept: AlertGroup[]; dropped: number } {
  if (groups.length <= count) return { kept: [...groups], dropped: 0 };
  const ordered = [...groups].sort((a, b) => b.flows - a.flows || a.firstRecord - b.firstRecord);
  const dropped = ordered.slice(count).reduce((sum, group) => sum + group.flows, 0);
  return { kept: ordered.slice(0, count).sort((a, b) => a.firstRecord - b.firstRecord), dropped };
}

/** @param maxGroups groups kept; flows of the others are counted as dropped. */
export function createGroupTable(maxGroups: number): GroupTable {
  let held: AlertGroup[] = [];
  let dropped = 0;

  function compact(): void {
    const result = keepLargest(combineGroups(held), maxGroups);
    held = result.kept;
    dropped += result.dropped;
  }
  return {
    add(group) {
      held.push(group);
      if (held.length >= HOLD_FACTOR * maxGroups) compact();
    },
    finish() {
      compact();
      return { groups: held, dropped };
    },
  };
}
