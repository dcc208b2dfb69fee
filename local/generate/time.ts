// generate: times are nanoseconds since the scenario's start, as plain numbers (exact for 104 days).

export function microseconds(count: number): number {
  return Math.round(count * 1e3);
}

export function milliseconds(count: number): number {
  return Math.round(count * 1e6);
}

export function seconds(count: number): number {
  return Math.round(count * 1e9);
}
