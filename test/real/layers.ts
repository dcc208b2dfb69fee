// real: the way from tshark's `frame.protocols` to the innermost flow, in the words of our decoder.

/** What leads on to another packet; everything else behind a transport layer is an application. */
const TUNNEL_NAMES: Readonly<Record<string, string>> = {
  gre: 'gre',
  erspan: 'erspan',
  vxlan: 'vxlan',
  geneve: 'geneve',
  gtp: 'gtp-u',
  teredo: 'teredo',
  etherip: 'etherip',
};
const IP_TUNNELS: Readonly<Record<string, string>> = {
  'ip ip': 'ip-in-ip',
  'ip ipv6': '6in4',
  'ipv6 ip': '4in6',
  'ipv6 ipv6': '6in6',
};
const OVER_UDP: ReadonlySet<string> = new Set(['vxlan', 'geneve', 'gtp', 'teredo']);
const TRANSPORTS: ReadonlySet<string> = new Set(['tcp', 'udp', 'sctp', 'icmp', 'icmpv6']);

export interface Layers {
  /** `ip`, `ipv6`, `arp`, or '' where none of them was found. */
  readonly network: string;
  /** Which of the packet's headers of that name it is; so for the others. */
  readonly networkIndex: number;
  readonly transport: string;
  readonly transportIndex: number;
  readonly ethernetIndex: number;
  /** Tunnels on the way to it, outermost first. */
  readonly tunnels: readonly string[];
  /** The outermost VLAN tag on the innermost link, '' where there is none, and how many of its kind came before. */
  readonly vlanTag: string;
  readonly vlanIndex: number;
}

const NONE: Layers = {
  network: '',
  networkIndex: 0,
  transport: '',
  transportIndex: 0,
  ethernetIndex: 0,
  tunnels: [],
  vlanTag: '',
  vlanIndex: 0,
};

/** Follows the layers inwards until the innermost transport; a tunnel without an IP packet inside counts as the end. */
export function innermostLayers(protocols: readonly string[]): Layers {
  const seen = new Map<string, number>();
  const tunnels: string[] = [];
  let found = NONE;
  let link = { ethernetIndex: -1, vlanTag: '', vlanIndex: 0 };
  /** Between the network layer that was last found and here. */
  let isTunnelled = false;
  for (const [at, name] of protocols.entries()) {
    const index = seen.get(name) ?? 0;
    seen.set(name, index + 1);
    if (name === 'eth') {
      if (found.network !== '' && !isTunnelled) tunnels.push('mpls-ethernet');
      isTunnelled ||= found.network !== '';
      link = { ethernetIndex: index, vlanTag: '', vlanIndex: 0 };
    } else if (name === 'vlan' || name === 'ieee8021ad') {
      if (link.vlanTag === '') link = { ...link, vlanTag: name, vlanIndex: index };
    } else if (name === 'arp' || name === 'ip' || name === 'ipv6') {
      if (name === 'arp' && found.network !== '') return found;
      if (found.network !== '' && !isTunnelled) tunnels.push(IP_TUNNELS[`${found.network} ${name}`] ?? '');
      isTunnelled = false;
      found = { ...link, network: name, networkIndex: index, transport: '', transportIndex: 0, tunnels: [...tunnels] };
    } else if (TRANSPORTS.has(name) && found.network !== '') {
      found = { ...found, transport: name, transportIndex: index };
      if (name !== 'udp' || !OVER_UDP.has(protocols[at + 1] ?? '')) return found;
    } else if (TUNNEL_NAMES[name] !== undefined && found.network !== '') {
      // ERSPAN stands behind the GRE header that is its own.
      if (name === 'erspan') tunnels.pop();
      tunnels.push(TUNNEL_NAMES[name] ?? '');
      isTunnelled = true;
    }
  }
  // Of a packet without a network layer the link is there all the same.
  return found.network === '' ? { ...found, ...link } : found;
}
