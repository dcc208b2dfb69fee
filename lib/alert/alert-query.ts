// alert: the query_string that finds all flows of an alert (docs.opensearch.org, "Query string").

import { ANOMALY } from '../detection/labels.ts';
import { formatTime, fromNanoseconds } from '../document/document-time.ts';
import type { AlertGroup } from './alert-group.ts';

/** A phrase: whatever is inside stands for itself. */
function quoted(text: string): string {
  return `"${text.replaceAll(/["\\]/g, (character) => `\\${character}`)}"`;
}

/** Flows of the group: those of its key that began within its time. Times that fit no date leave the range out. */
export function alertQuery(dumpId: string, group: AlertGroup): string {
  const first = formatTime(fromNanoseconds(BigInt(group.firstSeenNs)));
  const last = formatTime(fromNanoseconds(BigInt(group.lastSeenNs)));
  return [
    `smartids.dump.id:${quoted(dumpId)}`,
    ...(group.label === ANOMALY
      ? ['smartids.detection:false', `smartids.anomaly:[${group.minScore} TO *]`]
      : ['smartids.detection:true', `smartids.label:${quoted(group.label)}`]),
    ...(group.source === null ? [] : [`source.ip:${quoted(group.source)}`]),
    ...(group.destination === null ? [] : [`destination.ip:${quoted(group.destination)}`]),
    ...(first === undefined || last === undefined ? [] : [`event.start:[${quoted(first)} TO ${quoted(last)}]`]),
  ].join(' AND ');
}
