// triton: why a version is not to be had, which only Triton's repository index tells: absent and loading look alike.

import { type Endpoint, isFailedCall } from './endpoint.ts';
import type { WireModelRequest } from './protocol.ts';

const UNAVAILABLE = 'UNAVAILABLE';

/** Undefined: the version is there or being loaded, or this server does not say. An empty version is any. */
export async function whyNotLoaded(
  endpoint: Endpoint,
  { name, version }: WireModelRequest,
  options: Parameters<Endpoint['call']>[2],
): Promise<string | undefined> {
  try {
    const { models } = await endpoint.call('RepositoryIndex', { ready: false }, options);
    const entries = models.filter((one) => one.name === name && (version === '' || one.version === version));
    if (entries.some(({ state }) => state !== UNAVAILABLE)) return undefined;
    // A failed load's reason goes on with where in the program it failed.
    const [reason = ''] = (entries.at(-1)?.reason ?? '').split('\n');
    return reason === '' ? 'it is not loaded' : `it is not loaded: ${reason}`;
  } catch (error) {
    if (isFailedCall(error)) return undefined;
    throw error;
  }
}
