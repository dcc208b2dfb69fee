// generate: sessions of all tracks, brought into one order of time with memory for the open ones only.
import type { Session, TimedPacket, Track } from './packet.ts';

export interface MergedPacket {
  readonly packet: TimedPacket;
  /** Which track the packet belongs to. */
  readonly track: number;
  /** Number of the session within the whole merge, in order of start. */
  readonly session: number;
}

interface Entry {
  readonly atNs: number;
  /** Breaks ties, so that equal times keep one order. */
  readonly order: number;
  readonly track: number;
  readonly session: number;
  readonly packet: TimedPacket | undefined;
  readonly packets: Iterator<TimedPacket> | undefined;
  readonly opening: Session | undefined;
}

export function* mergeTracks(tracks: readonly Track[]): Generator<MergedPacket> {
  const heap: Entry[] = [];
  const sources = tracks.map((track) => track.sessions[Symbol.iterator]());
  let order = 0;
  let sessions = 0;

  const announce = (track: number): void => {
    const next = sources[track]?.next();
    if (next === undefined || next.done === true) return;
    const opening = next.value;
    pushEntry(heap, {
      atNs: opening.startNs,
      order: order++,
      track,
      session: -1,
      packet: undefined,
      packets: undefined,
      opening,
    });
  };
  const advance = (packets: Iterator<TimedPacket>, track: number, session: number): void => {
    const next = packets.next();
    if (next.done === true) return;
    const packet = next.value;
    pushEntry(heap, { atNs: packet.atNs, order: order++, track, session, packet, packets, opening: undefined });
  };

  for (let track = 0; track < tracks.length; track++) announce(track);
  for (let entry = popEntry(heap); entry !== undefined; entry = popEntry(heap)) {
    if (entry.opening !== undefined) {
      advance(entry.opening.packets(), entry.track, sessions++);
      announce(entry.track);
    } else if (entry.packet !== undefined && entry.packets !== undefined) {
      yield { packet: entry.packet, track: entry.track, session: entry.session };
      advance(entry.packets, entry.track, entry.session);
    }
  }
}

function isBefore(one: Entry, other: Entry): boolean {
  return one.atNs < other.atNs || (one.atNs === other.atNs && one.order < other.order);
}

function pushEntry(heap: Entry[], entry: Entry): void {
  let at = heap.length;
  heap.push(entry);
  while (at > 0) {
    const parent = (at - 1) >>> 1;
    const above = heap[parent];
    if (above === undefined || !isBefore(entry, above)) break;
    heap[at] = above;
    at = parent;
  }
  heap[at] = entry;
}

function popEntry(heap: Entry[]): Entry | undefined {
  const top = heap[0];
  const last = heap.pop();
  if (top === undefined || last === undefined || heap.length === 0) return top;
  let at = 0;
  for (;;) {
    let child = 2 * at + 1;
    const left = heap[child];
    const right = heap[child + 1];
    if (left === undefined) break;
    let smaller = left;
    if (right !== undefined && isBefore(right, left)) {
      smaller = right;
      child++;
    }
    if (!isBefore(smaller, last)) break;
    heap[at] = smaller;
    at = child;
  }
  heap[at] = last;
  return top;
}
