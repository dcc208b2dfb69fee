// alert: groups of parts as groups of the whole: sides collapsed beyond their limits, activity cut at quiet gaps.

import type { AlertGroup } from './alert-group.ts';
import { createGroupSum, type GroupKey } from './group-sum.ts';

/** Beyond so many sources of one (label, destination), or destinations of one (label, source), that side collapses. */
export const MAX_SIDES = 64;
/** A longer silence between two flows' ends and starts begins another alert. */
export const QUIET_GAP_NS = 3_600_000_000_000n;

/** Distinct peers of one side, no more of them than decide whether it collapses. */
type Peers = Map<string, Set<string> | 'collapsed'>;

function sideKey(label: string, side: string): string {
  return `${label}\n${side}`;
}

function notePeer(peers: Peers, key: string, peer: string | null): void {
  const known = peers.get(key);
  if (known === 'collapsed') return;
  if (peer === null || (known?.size ?? 0) > MAX_SIDES) {
    peers.set(key, 'collapsed');
  } else if (known === undefined) {
    peers.set(key, new Set([peer]));
  } else {
    known.add(peer);
    if (known.size > MAX_SIDES) peers.set(key, 'collapsed');
  }
}

/** Which keys the groups belong to, once all of them are known. */
function planCollapse(groups: readonly AlertGroup[]): (group: AlertGroup) => GroupKey {
  const sourcesOf: Peers = new Map();
  const destinationsOf: Peers = new Map();
  for (const { label, source, destination } of groups) {
    if (destination !== null) notePeer(sourcesOf, sideKey(label, destination), source);
    if (source !== null) notePeer(destinationsOf, sideKey(label, source), destination);
  }
  return ({ label, source, destination }) => {
    const manySources = destination !== null && sourcesOf.get(sideKey(label, destination)) === 'collapsed';
    if (manySources) return { label, source: null, destination };
    const manyDestinations = source !== null && destinationsOf.get(sideKey(label, source)) === 'collapsed';
    return manyDestinations ? { label, source, destination: null } : { label, source, destination };
  };
}

/** Sums of one key's groups, a new one behind each quiet gap. */
function sumActivities(key: GroupKey, groups: readonly AlertGroup[]): readonly AlertGroup[] {
  const [only] = groups;
  const isWhole = groups.length === 1 && only?.source === key.source && only.destination === key.destination;
  if (isWhole) return groups;
  const timed = groups.map((group) => ({ group, first: BigInt(group.firstSeenNs), last: BigInt(group.lastSeenNs) }));
  timed.sort((a, b) => (a.first < b.first ? -1 : a.first > b.first ? 1 : 0));
  const sums: AlertGroup[] = [];
  let sum = createGroupSum(key);
  let last: bigint | undefined;
  for (const entry of timed) {
    if (last !== undefined && entry.first - last > QUIET_GAP_NS) {
      sums.push(sum.toGroup());
      sum = createGroupSum(key);
      last = undefined;
    }
    sum.add(entry.group);
    if (last === undefined || entry.last > last) last = entry.last;
  }
  if (last !== undefined) sums.push(sum.toGroup());
  return sums;
}

/**
 * Combine groups. Combining parts first and then their results gives the same as combining all at once, unless a
 * source with more than MAX_SIDES destinations meets, under one label, a destination with more than MAX_SIDES sources:
 * there the flows between them are counted with whichever side collapsed first; the totals stay right.
 * Ordered by first record.
 */
export function combineGroups(groups: readonly AlertGroup[]): AlertGroup[] {
  const keyOf = planCollapse(groups);
  const byKey = new Map<string, { key: GroupKey; groups: AlertGroup[] }>();
  for (const group of groups) {
    const key = keyOf(group);
    const name = `${key.label}\n${key.source ?? '*'}\n${key.destination ?? '*'}`;
    const entry = byKey.get(name);
    if (entry === undefined) byKey.set(name, { key, groups: [group] });
    else entry.groups.push(group);
  }
  const combined = [...byKey.values()].flatMap((entry) => sumActivities(entry.key, entry.groups));
  return combined.sort((a, b) => a.firstRecord - b.firstRecord || (a.label < b.label ? -1 : 1));
}
