// generate: what every kind of traffic gets to work with.
import { formatAddress } from './bytes/address.ts';
import type { Host, Network } from './host.ts';
import type { Random } from './random.ts';

export interface TrafficContext {
  readonly network: Network;
  readonly random: Random;
  /** The kind's own stretch of the scenario. */
  readonly startNs: number;
  readonly durationNs: number;
  readonly ports: PortAllocator;
}

/** The next ephemeral port of a host, so that no two connections share a five-tuple before the range is used up. */
export type PortAllocator = (host: Host) => number;

export function createPortAllocator(random: Random): PortAllocator {
  const counters = new Map<string, number>();
  return (host) => {
    const key = formatAddress(host.address);
    const [low, high] =
      host.stack.name === 'linux' || host.stack.name === 'old-linux' ? [32_768, 60_999] : [49_152, 65_535];
    const last = counters.get(key) ?? random.integer(low, high);
    const next = last >= high ? low : last + 1;
    counters.set(key, next);
    return next;
  };
}

/** `count` moments spread evenly by chance over the context's stretch, in order, drawn one at a time. */
export function* arrivals(context: TrafficContext, count: number): Generator<number> {
  const end = context.startNs + context.durationNs;
  let atNs = context.startNs;
  for (let left = count; left > 0; left--) {
    atNs += (end - atNs) * (1 - (1 - context.random.uniform()) ** (1 / left));
    yield Math.floor(atNs);
  }
}

export function isVersion6(host: Host): boolean {
  return host.address.length === 16;
}
