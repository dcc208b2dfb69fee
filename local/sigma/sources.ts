// sigma: every log source that we answer for.

import { GENERIC_SOURCES } from './generic-sources.ts';
import type { SigmaSource } from './sigma-source.ts';
import { ZEEK_SOURCES } from './zeek-sources.ts';

export const SIGMA_SOURCES: readonly SigmaSource[] = [...GENERIC_SOURCES, ...ZEEK_SOURCES];
