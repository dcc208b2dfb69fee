// hunt: the names of a hunt's objects in the bucket.

const UNIT_DIGITS = 8;
export const HUNT_JOBS = 'hunts/jobs/';
const MATCHES_KEY = /\/matches-(\d{8,})\.json$/;
const UNIT_KEY = /\/unit-(\d{8,})\.json$/;
const JOB_KEY = /^hunts\/jobs\/([0-9a-f-]{36})\.json$/;

export function huntJobKey(hunt: string): string {
  return `${HUNT_JOBS}${hunt}.json`;
}

export function huntOfKey(key: string): string | undefined {
  return JOB_KEY.exec(key)?.[1];
}

/** Everything a hunt found; deletion empties it. */
export function huntResultsRoot(hunt: string): string {
  return `hunts/results/${hunt}/`;
}

/** What is known after a unit: that it is there says that the unit is done. */
export function huntUnitsPrefix(hunt: string): string {
  return `${huntResultsRoot(hunt)}unit-`;
}

export function huntUnitKey(hunt: string, unit: number): string {
  return `${huntUnitsPrefix(hunt)}${String(unit).padStart(UNIT_DIGITS, '0')}.json`;
}

export function unitOfKey(key: string): number | undefined {
  const digits = UNIT_KEY.exec(key)?.[1];
  return digits === undefined ? undefined : Number(digits);
}

/** A unit's matches; there is none for a unit that found nothing. */
export function huntMatchesPrefix(hunt: string): string {
  return `${huntResultsRoot(hunt)}matches-`;
}

export function huntMatchesKey(hunt: string, unit: number): string {
  return `${huntMatchesPrefix(hunt)}${String(unit).padStart(UNIT_DIGITS, '0')}.json`;
}

export function matchesUnitOfKey(key: string): number | undefined {
  const digits = MATCHES_KEY.exec(key)?.[1];
  return digits === undefined ? undefined : Number(digits);
}

/** Somebody called it off. */
export function huntCancelledKey(hunt: string): string {
  return `${huntResultsRoot(hunt)}cancelled`;
}
