// alert: the partial groups of all chunks of a dump as its alerts.

import type { DumpVersion } from '../document/document-id.ts';
import { type Alert, alertOfGroup } from './alert.ts';
import type { GroupsObject } from './alert-group.ts';
import { createGroupTable } from './group-table.ts';
import type { RiskWeights } from './risk.ts';

/** Alerts of one dump, those of the highest risk; the rest is counted. */
export const MAX_ALERTS = 1000;
/** Groups kept while the chunks' groups are read; flows of those beyond are counted as dropped. */
export const MAX_DUMP_GROUPS = 16_384;

export interface MergedAlerts {
  /** Highest risk first. */
  readonly alerts: readonly Alert[];
  /** Alerts beyond MAX_ALERTS, and detections that found no room in a group. */
  readonly droppedAlerts: number;
  readonly droppedFlows: number;
}

export interface GroupMerger {
  add(object: Pick<GroupsObject, 'groups' | 'dropped'>): void;
  finish(version: DumpVersion): MergedAlerts;
}

function compareAlerts(a: Alert, b: Alert): number {
  return b.riskScore - a.riskScore || b.flows - a.flows || a.firstRecord - b.firstRecord || (a.id < b.id ? -1 : 1);
}

/**
 * Chunks may come in any order and be cut anywhere: the alerts are the same, unless a cap on groups was reached
 * (MAX_CHUNK_GROUPS in a chunk, MAX_DUMP_GROUPS here) or both sides of one detection collapse (combineGroups).
 */
export function createGroupMerger(weights: RiskWeights = {}): GroupMerger {
  const table = createGroupTable(MAX_DUMP_GROUPS);
  let dropped = 0;
  return {
    add(object) {
      for (const group of object.groups) table.add(group);
      dropped += object.dropped;
    },
    finish(version) {
      const result = table.finish();
      const alerts = result.groups.map((group) => alertOfGroup(version, group, weights)).sort(compareAlerts);
      return {
        alerts: alerts.slice(0, MAX_ALERTS),
        droppedAlerts: Math.max(0, alerts.length - MAX_ALERTS),
        droppedFlows: dropped + result.dropped,
      };
    },
  };
}

export function mergeGroups(
  objects: Iterable<Pick<GroupsObject, 'groups' | 'dropped'>>,
  version: DumpVersion,
): MergedAlerts {
  const merger = createGroupMerger();
  for (const object of objects) merger.add(object);
  return merger.finish(version);
}
