// api: the hosts of a dump: which MAC addresses used which IPv4 address, from what split wrote down of ARP.

import { hostsObjectSchema } from '../../lib/chunk/hosts-object.ts';
import { hostsKey } from '../../lib/chunk/keys.ts';
import { formatAddressWords, formatMacWords } from '../../lib/document/address-text.ts';
import { formatTime, type Moment } from '../../lib/document/document-time.ts';
import type { Dump } from '../../lib/dump/dump.ts';
import { PipelineError } from '../../lib/errors/pipeline-error.ts';
import type { ObjectStore } from '../../lib/s3/object-store.ts';
import { ProblemError } from './http/problem.ts';
import type { HostView } from './schema/host-schema.ts';

/** 16,384 addresses of eight claims are 34 MB. */
const MAX_HOSTS_BYTES = 64 * 1024 * 1024;

/** @throws ProblemError `conflict` while the dump is being split: the list is written at the end. */
export async function listHosts(
  store: ObjectStore,
  dump: Dump & { readonly etag: string },
  signal: AbortSignal,
): Promise<readonly HostView[]> {
  const key = hostsKey(dump.id, dump.etag);
  const bytes = await store.get(key, { maxBytes: MAX_HOSTS_BYTES, signal }).catch((error: unknown) => {
    if (!(error instanceof PipelineError) || error.code !== 'object-deleted') throw error;
    throw new ProblemError('conflict', 'The hosts are not known yet: the dump is being split.', {
      headers: { 'Retry-After': '2' },
    });
  });
  const { arp } = hostsObjectSchema.parse(JSON.parse(Buffer.from(bytes).toString('utf8')));
  return arp.map(({ address, claims }) => ({
    ip: formatAddressWords(4, [0, 0, 0xffff, address]),
    claims: claims.map(({ macHigh, macLow, requests, replies, ...claim }) => ({
      mac: formatMacWords(macHigh, macLow),
      requests,
      replies,
      first: view(claim.firstRecord, claim.firstSeen),
      last: view(claim.lastRecord, claim.lastSeen),
    })),
  }));
}

function view(record: number, moment: Moment) {
  return { record, timestamp: formatTime(moment) ?? null };
}
