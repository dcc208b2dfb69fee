// triton: several endpoints as one: the least busy first, one that failed put aside until it answers again.

import { backoffMs } from './backoff.ts';
import { createEndpoint, type Endpoint, type EndpointAddress, type EndpointOptions, isFailedCall } from './endpoint.ts';

export interface EndpointPool {
  /**
   * The endpoint with the fewest calls under way, those put aside last. `tried` are those that this request has failed
   * at already: while another is in service it is preferred.
   */
  pick(tried: ReadonlySet<Endpoint>): Endpoint;
  /** Whether an endpoint is in service that is not among `tried`. */
  hasFresh(tried: ReadonlySet<Endpoint>): boolean;
  readonly all: readonly Endpoint[];
  failed(endpoint: Endpoint): void;
  answered(endpoint: Endpoint): void;
  close(): void;
}

const ASIDE_BASE_MS = 200;
const ASIDE_MAX_MS = 10_000;
const PROBE_TIMEOUT_MS = 2000;

interface Place {
  readonly endpoint: Endpoint;
  /** In a row. */
  failures: number;
  aside: NodeJS.Timeout | undefined;
  lastPicked: number;
}

/** `random`: what the pauses are drawn with. */
export function createEndpointPool(
  addresses: readonly EndpointAddress[],
  options: EndpointOptions,
  random: () => number,
): EndpointPool {
  const places: readonly Place[] = addresses.map((address) => ({
    endpoint: createEndpoint(address, options),
    failures: 0,
    aside: undefined,
    lastPicked: 0,
  }));
  const placeOf = new Map(places.map((place) => [place.endpoint, place]));
  let picks = 0;
  let closed = false;

  function back(place: Place): void {
    clearTimeout(place.aside);
    place.aside = undefined;
    place.failures = 0;
  }

  function putAside(place: Place): void {
    clearTimeout(place.aside);
    if (closed) return;
    place.failures += 1;
    const pause = backoffMs(place.failures, { baseMs: ASIDE_BASE_MS, maxMs: ASIDE_MAX_MS }, random);
    place.aside = setTimeout(() => void probe(place), ASIDE_BASE_MS + pause).unref();
  }

  /** Any answer brings it back: one that says NOT_SERVING may lack a single model, and serve the others. */
  async function probe(place: Place): Promise<void> {
    const deadline = Date.now() + PROBE_TIMEOUT_MS;
    try {
      await place.endpoint.call('Check', { service: '' }, { deadline, words: 'health' });
      back(place);
    } catch (error) {
      if (isFailedCall(error) && !error.failure.isEndpointAtFault) back(place);
      else putAside(place);
    }
  }

  function order(tried: ReadonlySet<Endpoint>): (a: Place, b: Place) => number {
    return (a, b) =>
      Number(a.aside !== undefined) - Number(b.aside !== undefined) ||
      Number(tried.has(a.endpoint)) - Number(tried.has(b.endpoint)) ||
      a.endpoint.inFlight() - b.endpoint.inFlight() ||
      a.lastPicked - b.lastPicked;
  }

  return {
    all: places.map(({ endpoint }) => endpoint),
    pick: (tried) => {
      const [first] = [...places].sort(order(tried));
      if (first === undefined) throw new Error('a pool without endpoints');
      picks += 1;
      first.lastPicked = picks;
      return first.endpoint;
    },
    hasFresh: (tried) => places.some(({ endpoint, aside }) => aside === undefined && !tried.has(endpoint)),
    failed: (endpoint) => {
      const place = placeOf.get(endpoint);
      // Many calls fail at once when a server dies: that is one failure.
      if (place !== undefined && place.aside === undefined) putAside(place);
    },
    answered: (endpoint) => {
      const place = placeOf.get(endpoint);
      if (place !== undefined && place.failures > 0) back(place);
    },
    close: () => {
      closed = true;
      for (const { endpoint, aside } of places) {
        clearTimeout(aside);
        endpoint.close();
      }
    },
  };
}
