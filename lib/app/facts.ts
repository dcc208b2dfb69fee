// app: how a dissector gathers what it found: lists without repeats, and no member that says nothing.

import { MAX_LIST } from './limits.ts';

/** Adds what is not there yet, as long as the list has room. */
export function addDistinct<T>(list: T[], value: T | undefined): void {
  if (value !== undefined && list.length < MAX_LIST && !list.includes(value)) list.push(value);
}

function isRecord(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isAbsent(value: unknown): boolean {
  if (Array.isArray(value)) return value.length === 0;
  return value === undefined || (isRecord(value) && Object.keys(value).length === 0);
}

function presentValue(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(presentValue);
  return isRecord(value) ? presentFacts(value) : value;
}

/** The same facts without undefined members, empty lists and empty objects, at every depth. */
export function presentFacts<T extends object>(facts: T): T {
  const kept: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(facts)) {
    const present = presentValue(value);
    if (!isAbsent(present)) kept[name] = present;
  }
  // Only optional members can be undefined, so what is kept is still a T.
  return kept as T;
}

/** `true`, or nothing to say. */
export function flag(value: boolean): true | undefined {
  return value ? true : undefined;
}
