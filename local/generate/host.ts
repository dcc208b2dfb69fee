// generate: hosts and the network they live in: workstations, servers, and the outside behind one gateway.
import { macFor, parseAddress } from './bytes/address.ts';
import type { IpFields } from './bytes/ip.ts';
import type { Random } from './random.ts';
import { pickClientStack, pickServerStack, stacks, type TcpStack } from './stack.ts';
import { milliseconds } from './time.ts';

export interface Host {
  readonly address: Uint8Array;
  /** The card as seen at the tap: the gateway's for everything behind it. */
  readonly mac: Uint8Array;
  readonly stack: TcpStack;
  /** Routers between the host and the tap: subtracted from the TTL. */
  readonly hops: number;
  /** One-way-and-back time between the tap and this host. */
  readonly roundTripNs: number;
}

export interface Site {
  readonly name: string;
  readonly host: Host;
}

export interface Network {
  readonly clients: readonly [Host, ...Host[]];
  /** Machines of the own network that offer services. */
  readonly servers: readonly [Host, ...Host[]];
  /** Names outside, each with its host. */
  readonly sites: readonly [Site, ...Site[]];
  readonly resolver: Host;
  readonly gateway: Host;
  /** Where attacks from outside come from; a fresh address for each number. */
  readonly stranger: (number: number) => Host;
}

/** `version6`: the share of outside sites and of attacks that speak IPv6. */
export function createNetwork(random: Random, ipVersion: 4 | 6): Network {
  const prefix = ipVersion === 4 ? random.pick(['10.20.', '192.168.', '172.16.', '10.0.', '172.29.']) : 'fd00:5eed:';
  const subnet = random.integer(1, 200);
  const inside = (host: number): Uint8Array =>
    parseAddress(
      ipVersion === 4 ? `${prefix}${subnet}.${host}` : `${prefix}${subnet.toString(16)}::${host.toString(16)}`,
    );
  const gateway = local(inside(1), stacks.appliance, random);
  const behind = (address: Uint8Array, stack: TcpStack): Host => ({
    address,
    mac: gateway.mac,
    stack,
    hops: random.integer(3, 16),
    roundTripNs: milliseconds(random.around(22, 0.8)),
  });

  const clients = several(random.integer(8, 40), (at) => local(inside(20 + at), pickClientStack(random), random));
  const servers = several(random.integer(3, 8), (at) => local(inside(4 + at), pickServerStack(random), random));
  const sites = several(random.integer(25, 60), (at) => ({
    name: siteName(random, at),
    host: behind(outsideAddress(ipVersion, at), pickServerStack(random)),
  }));
  const resolver = random.chance(0.5) ? gateway : local(inside(2), stacks.linux, random);
  const strangers = random.fork('strangers');
  const stranger = (number: number): Host => {
    const chance = strangers.fork(String(number));
    const stack = chance.pick([stacks.linux, stacks.linux, stacks.linux, stacks.windows, stacks.olderLinux]);
    const onTheLan = chance.chance(0.4);
    if (onTheLan) return local(inside(200 + (number % 50)), stack, chance);
    return { ...behind(outsideAddress(ipVersion, 100 + number), stack), hops: chance.integer(6, 20) };
  };
  return { clients, servers, sites, resolver, gateway, stranger };
}

function local(address: Uint8Array, stack: TcpStack, random: Random): Host {
  return { address, mac: macFor(address), stack, hops: 0, roundTripNs: milliseconds(random.around(0.25, 0.6)) };
}

/** The three documentation networks of RFC 5737, or RFC 3849's prefix. */
function outsideAddress(ipVersion: 4 | 6, number: number): Uint8Array {
  if (ipVersion === 6) return parseAddress(`2001:db8:${(number >>> 4).toString(16)}::${(number + 1).toString(16)}`);
  const networks = ['198.51.100', '203.0.113', '192.0.2'] as const;
  return parseAddress(`${networks[number % 3] ?? networks[0]}.${(Math.floor(number / 3) % 254) + 1}`);
}

function siteName(random: Random, at: number): string {
  const sub = random.pick(['www', 'api', 'cdn', 'static', 'img', 'mail', 'login', 'news', 'shop', 'app', 'edge']);
  const first = random.pick(['north', 'blue', 'river', 'stone', 'green', 'open', 'cloud', 'quick', 'silver', 'maple']);
  const second = random.pick(['field', 'works', 'press', 'trade', 'media', 'soft', 'bank', 'travel', 'games', 'labs']);
  const top = random.pick(['com.example', 'net.example', 'org.example', 'example', 'io.example']);
  return `${sub}${random.chance(0.3) ? at : ''}.${first}${second}.${top}`;
}

function several<T>(count: number, make: (at: number) => T): [T, ...T[]] {
  return [make(0), ...Array.from({ length: count - 1 }, (_, at) => make(at + 1))];
}

/** Hosts far outside, each with an address and a distance of its own: bots, peers, reflectors. */
export function strangeHosts(network: Network, count: number, random: Random): Host[] {
  return Array.from({ length: count }, (_, number) => {
    const address = network.gateway.address.slice();
    const tail = random.uint32();
    // 100.64.0.0/10 (RFC 6598) and RFC 3849's prefix: nobody's own.
    if (address.length === 4) address.set([100, 64 | ((tail >>> 16) & 63), tail >>> 8, 1 + (number % 254)]);
    else address.set([0x20, 1, 0x0d, 0xb8, 0x0b, 7, tail >>> 24, tail >>> 16, 0, 0, 0, 0, 0, tail >>> 8, tail, number]);
    const stack = random.pick([stacks.linux, stacks.windows, stacks.olderLinux, stacks.olderWindows, stacks.oldLinux]);
    return {
      address,
      mac: network.gateway.mac,
      stack,
      hops: random.integer(5, 22),
      roundTripNs: milliseconds(random.around(40, 0.8)),
    };
  });
}

/** IP fields of a packet from one host to another; `identification` as the caller counts it. */
export function ipFields(from: Host, to: Host, identification: number): IpFields {
  const id = from.stack.identification === 'zero' ? 0 : identification & 0xffff;
  return { source: from.address, destination: to.address, ttl: from.stack.ttl - from.hops, identification: id };
}
