// generate: what honest traffic that looks like an attack has to work with.

import { macFor } from '../bytes/address.ts';
import type { TrafficContext } from '../context.ts';
import { type Host, strangeHosts } from '../host.ts';

/** The twin's stretch begins where it was drawn to begin. */
export type TwinContext = TrafficContext;

/** Hosts of the wide world that no site's name leads to: peers, name servers, relays. */
export function peers(context: TwinContext, count: number): Host[] {
  return strangeHosts(context.network, count, context.random.fork('peers'));
}

/** An address of one's own network where a host may be or not. */
export function localHost(of: Host, number: number): Host {
  const address = of.address.slice();
  address[address.length - 1] = 1 + (number % 254);
  return { ...of, address, mac: macFor(address) };
}
