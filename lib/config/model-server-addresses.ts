// config: where model servers are, as SMARTIDS_MODEL_SERVER says it.

import { z } from 'zod';
import type { EndpointAddress } from '../triton/endpoint.ts';

const IN_PROCESS = 'in-process';
const ADDRESS = /^(grpcs?):\/\/((?:[A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\]):(\d{1,5}))$/;
const MAX_ADDRESSES = 64;
const MAX_PORT = 65_535;

/** No address at all: models run inside the process. What is wrong is told by its place, not its text: that may hold a secret. */
export const modelServerAddresses = z
  .string()
  .transform((text, context): readonly EndpointAddress[] => {
    if (text === IN_PROCESS) return [];
    const parts = text.split(',').map((part) => part.trim());
    const problems = parts.flatMap((part, index) => problemOf(part, index, parts));
    if (parts.length > MAX_ADDRESSES) problems.push(`${parts.length} addresses, ${MAX_ADDRESSES} are allowed`);
    for (const message of problems) context.addIssue({ code: 'custom', message });
    return parts.map(addressOf);
  })
  .default([]);

function addressOf(part: string): EndpointAddress {
  const [, scheme, target = ''] = ADDRESS.exec(part) ?? [];
  return { target, tls: scheme === 'grpcs' };
}

function problemOf(part: string, index: number, parts: readonly string[]): string[] {
  const port = Number(ADDRESS.exec(part)?.[3] ?? 0);
  if (port < 1 || port > MAX_PORT) {
    return [`address ${index + 1} is neither grpc://host:port nor grpcs://host:port (or all is "${IN_PROCESS}")`];
  }
  return parts.indexOf(part) === index ? [] : [`address ${index + 1} is there twice`];
}
