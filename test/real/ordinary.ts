// real: which captures are ordinary: what others count as a conversation there is a flow of ours by definition.
import { MAX_LINK_HEADERS } from '../../lib/decode/limits.ts';
import type { TsharkAnswer } from './tshark.ts';
import { isSourceRouted } from './tshark-row.ts';

/** Why a capture is no ordinary one: what tshark counts there is not a flow of ours by definition. */
export function extraordinary({ rows, complaint }: TsharkAnswer): string | undefined {
  if (complaint !== '') return 'tshark could not read it to its end';
  for (const row of rows) {
    const { network, transport, tunnels } = row.layers;
    if (tunnels.length > 0) return 'tunnels: tshark counts the outer conversation too';
    if (network.startsWith('ip') && row.all('ip.flags.mf').includes('1')) return 'fragments: later ones have no ports';
    if (row.protocols.includes('arcnet')) return 'link type without a decoder';
    if (isSourceRouted(row)) return 'source routes: tshark counts the last hop or the home address';
    if (row.protocols.filter((name) => name === 'ieee8021ah').length > MAX_LINK_HEADERS) {
      return 'more link headers than are followed';
    }
    if (row.protocols.includes('ipv6.fraghdr')) return 'fragments: later ones have no ports';
    if (transport !== '' && row.protocols.filter((name) => name === 'ip' || name === 'ipv6').length > 1) {
      return 'quoted packets: tshark counts what an ICMP error quotes';
    }
  }
  return undefined;
}
