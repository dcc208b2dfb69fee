// support: the flow clock once more, over whole nanoseconds since 1970.

const HOUR = 3600;

/** Seconds as a whole number of nanoseconds. */
export function nanoseconds(seconds: number, rest: number): bigint {
  return BigInt(seconds) * 1_000_000_000n + BigInt(rest);
}

/** The time so far, kept as whole nanoseconds since 1970. */
export class NaiveClock {
  now = 0n;
  wall = 0n;
  origin: bigint | undefined;
  strays: { readonly wall: bigint; readonly apply: (time: bigint, wall: bigint, now: bigint) => void }[] = [];

  /** `apply` is called at once, and again when a later step says otherwise. */
  take(wall: bigint, apply: (time: bigint, wall: bigint, now: bigint) => void): void {
    if (this.origin === undefined) {
      this.origin = wall;
      this.wall = wall;
    }
    const hour = BigInt(HOUR) * 1_000_000_000n;
    const distance = (other: bigint) => other - (this.origin ?? 0n) - this.now;
    const isStray = (other: bigint) => distance(other) > hour || distance(other) < -hour;
    const follow = (other: bigint) => {
      if (distance(other) > 0n) {
        this.now = other - (this.origin ?? 0n);
        this.wall = other;
      }
    };
    if (!isStray(wall)) {
      this.strays = [];
      follow(wall);
      apply(wall - this.origin, wall, this.now);
      return;
    }
    const isAhead = distance(wall) > 0n;
    this.strays = [...this.strays.filter((other) => distance(other.wall) > 0n === isAhead), { wall, apply }].slice(-3);
    if (this.strays.length < 3) {
      apply(this.now, this.wall, this.now);
      return;
    }
    const walls = this.strays.map((other) => other.wall).sort((a, b) => (a < b ? -1 : 1));
    const target = (isAhead ? walls[0] : walls[2]) ?? wall;
    if (isAhead) this.now = target - this.origin;
    else this.origin = target - this.now;
    this.wall = target;
    const still = [];
    const results = [];
    for (const other of this.strays) {
      if (isStray(other.wall)) {
        still.push(other);
        results.push({ other, time: this.now, wall: this.wall });
      } else {
        follow(other.wall);
        still.length = 0;
        results.push({ other, time: other.wall - this.origin, wall: other.wall });
      }
    }
    for (const { other, time, wall: shown } of results) other.apply(time, shown, this.now);
    this.strays = still;
  }
}
