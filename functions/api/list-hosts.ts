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

/** @throws ProblemError `conflict` where split has not written the list, which it does at its end. */
export async function listHosts(
  store: ObjectStore,
  dump: Dump & { readonly etag: string },
  signal: AbortSignal,
): Promise<readonly HostView[]> {
  const key = hostsKey(dump.id, dump.etag);
  const bytes = await store.get(key, { maxBytes: MAX_HOSTS_BYTES, signal }).catch((error: unknown) => {
    if (!(error instanceof PipelineError) || error.code !== 'object-deleted') throw error;
    throw notKnown(dump);
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

function notKnown({ state, chunks }: Dump): ProblemError {
  if (state === 'error') return new ProblemError('conflict', 'The hosts are not known: the dump is in error.');
  if (chunks !== undefined) {
    return new ProblemError('conflict', 'The hosts are not known: the dump was split before they were kept.');
  }
  const message = 'The hosts are not known yet: the dump is being split.';
  return new ProblemError('conflict', message, { headers: { 'Retry-After': '2' } });
}

function view(record: number, moment: Moment) {
  return { record, timestamp: formatTime(moment) ?? null };
}
