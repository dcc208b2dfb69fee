// carve: what kind of file chosen records fit into: a pcap has one link type and one resolution, a pcapng has any.

import { LINKTYPE_ETHERNET, linktypeName } from '../capture/linktypes.ts';
import type { CaptureInterface } from '../capture/record-batch.ts';

export const CAPTURE_FORMATS = ['pcap', 'pcapng'] as const;
export type CaptureFormat = (typeof CAPTURE_FORMATS)[number];

/** What a reader needs of an interface's description; manifests have no name where the capture gave none. */
export type SourceInterface = Omit<CaptureInterface, 'name'> & { readonly name?: string | undefined };

export interface PcapHeader {
  readonly kind: 'pcap';
  readonly byteOrder: 'little' | 'big';
  readonly unitsPerSecond: 1e6 | 1e9;
  readonly linktype: number;
  readonly snaplen: number;
}

export type CaptureFile = PcapHeader | { readonly kind: 'pcapng' };

/** Why the records cannot be written as asked, in words. */
export interface Misfit {
  readonly kind: 'misfit';
  readonly reason: string;
}

/** Link types have 16 bits in either format. */
const MAX_LINKTYPE = 65_535;
const NANOSECONDS = 1_000_000_000;
/** What libpcap writes where no limit was set. */
const DEFAULT_SNAPLEN = 262_144;
const MAX_NAMES = 8;

/** What is known of the records before they are read. */
export interface KnownSources {
  readonly interfaces: readonly SourceInterface[];
  /** False: of very many chunks not all were looked at, others may have further interfaces. */
  readonly isComplete: boolean;
  /** Link types of the dumps beside those of `interfaces`. */
  readonly linktypes?: readonly number[];
}

/**
 * As asked; unasked a pcap where every interface is of a capture that has a pcap's limits itself, with one link type and
 * one resolution, so that nothing is lost or converted, else a pcapng.
 */
export function chooseCaptureFile(known: KnownSources, asked: CaptureFormat | undefined): CaptureFile | Misfit {
  const { interfaces, linktypes = [] } = known;
  const all = [...new Set([...interfaces.map(({ linktype }) => linktype), ...linktypes])];
  const nameless = all.find((linktype) => linktype > MAX_LINKTYPE);
  if (nameless !== undefined) {
    const name = linktypeName(nameless);
    return { kind: 'misfit', reason: `${name} has no link type number: neither pcap nor pcapng can hold its records` };
  }
  if (asked === 'pcapng' || (asked === undefined && !isPlain(known))) return { kind: 'pcapng' };
  return pcapFile(known, all);
}

function isPlain({ interfaces, isComplete }: KnownSources): boolean {
  const [first] = interfaces;
  if (!isComplete || first === undefined) return false;
  return interfaces.every(
    ({ format, linktype, unitsPerSecond }) =>
      format !== 'pcapng' && linktype === first.linktype && unitsPerSecond === first.unitsPerSecond,
  );
}

function pcapFile({ interfaces, isComplete }: KnownSources, linktypes: readonly number[]): PcapHeader | Misfit {
  if (linktypes.length > 1) {
    const names = linktypes.slice(0, MAX_NAMES).map(linktypeName).join(', ');
    return { kind: 'misfit', reason: `a pcap holds one link type, these records have ${names}: ask for pcapng` };
  }
  const fine = interfaces.find(({ unitsPerSecond }) => NANOSECONDS % unitsPerSecond !== 0);
  if (fine !== undefined) {
    const reason = `a pcap's times are nanoseconds, interface ${fine.id} counts ${fine.unitsPerSecond} units a second: ask for pcapng`;
    return { kind: 'misfit', reason };
  }
  const [first] = interfaces;
  const snaplens = interfaces.map(({ snaplen }) => snaplen);
  const isCoarse = isComplete && interfaces.every(({ unitsPerSecond }) => 1e6 % unitsPerSecond === 0);
  return {
    kind: 'pcap',
    byteOrder: first?.byteOrder ?? 'little',
    unitsPerSecond: isCoarse ? 1e6 : 1e9,
    linktype: linktypes[0] ?? LINKTYPE_ETHERNET,
    // 0: no limit was stated.
    snaplen: !isComplete || snaplens.length === 0 || snaplens.includes(0) ? DEFAULT_SNAPLEN : Math.max(...snaplens),
  };
}
