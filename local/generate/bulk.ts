// generate: gigabytes of benign traffic at the speed of memory: a few generated tiles, repeated with other addresses and times.
import { open } from 'node:fs/promises';
import type { BenignPlan } from './benign/tracks.ts';
import { patchTile, type Tile, tileFrom } from './bulk-tile.ts';
import { encodePcap } from './file/pcap.ts';
import { defaultStartNs, generatePackets } from './scenario.ts';

export interface BulkOptions {
  readonly targetBytes: number;
  readonly seed: number;
  /** Nanoseconds since 1970. */
  readonly startNs?: bigint;
  /** How fast the line is, on average; left out, the traffic comes at the pace of an office. */
  readonly bitsPerSecond?: number;
}

export interface BulkResult {
  readonly bytes: number;
  readonly records: number;
}

const tileCount = 4;
const tileSessions = 900;
const tileSeconds = 40;

/** The reference mix: about 125 flows and 1,375 packets a megabyte. */
const bulkMix: BenignPlan = {
  http: Math.round(tileSessions * 0.04),
  tls: Math.round(tileSessions * 0.12),
  dns: Math.round(tileSessions * 0.71),
  ssh: Math.round(tileSessions * 0.003),
  ping: Math.round(tileSessions * 0.015),
  ntp: Math.round(tileSessions * 0.03),
  multicastNames: Math.round(tileSessions * 0.02),
  arp: Math.round(tileSessions * 0.02),
  failed: Math.round(tileSessions * 0.04),
};

/** Blocks of a little-endian microsecond pcap of Ethernet, at least `targetBytes` long by less than one record. */
export function* generateBulk(options: BulkOptions): Generator<Uint8Array, BulkResult> {
  const tiles = makeTiles(options.seed);
  const [header] = encodePcap([], { linktype: 1 });
  let bytes = 0;
  let records = 0;
  if (header !== undefined) {
    yield header;
    bytes += header.length;
  }
  let startNs = Number((options.startNs ?? defaultStartNs) / 1000n) * 1000;
  for (let round = 0; bytes < options.targetBytes; round++) {
    const tile = tiles[round % tiles.length] ?? tiles[0];
    const stretch = stretchOf(round) * paceOf(tile, options.bitsPerSecond);
    const whole = patchTile(tile, { round, startMicroseconds: startNs / 1000, stretch });
    const kept = recordsWithin(tile, options.targetBytes - bytes);
    const block = whole.subarray(0, kept.bytes);
    yield block;
    bytes += block.length;
    records += kept.records;
    startNs += tile.durationNs * stretch;
  }
  return { bytes, records };
}

export async function writeBulk(path: string, options: BulkOptions): Promise<BulkResult> {
  const source = generateBulk(options);
  const file = await open(path, 'w');
  try {
    for (let step = source.next(); ; step = source.next()) {
      if (step.done === true) return step.value;
      await file.writeFile(step.value);
    }
  } finally {
    await file.close();
  }
}

function makeTiles(seed: number): readonly [Tile, ...Tile[]] {
  const make = (number: number): Tile => {
    const scenario = { seed: seed * tileCount + number, durationSeconds: tileSeconds, benign: bulkMix, attacks: [] };
    return tileFrom(generatePackets(scenario), tileSeconds * 1e9);
  };
  return [make(0), make(1), make(2), make(3)];
}

/** Every round has a pace of its own, so that no two copies of a flow last equally long. */
function stretchOf(round: number): number {
  return 0.6 + ((round * 0.618033988749895) % 1) * 0.9;
}

/** By how much a tile's time is stretched (or pressed together) for its bytes to come at a rate. */
function paceOf(tile: Tile, bitsPerSecond: number | undefined): number {
  if (bitsPerSecond === undefined) return 1;
  return ((tile.bytes.length * 8) / bitsPerSecond) * (1e9 / tile.durationNs);
}

/** As many whole records as reach `bytes`. */
function recordsWithin(tile: Tile, bytes: number): { readonly bytes: number; readonly records: number } {
  if (bytes >= tile.bytes.length) return { bytes: tile.bytes.length, records: tile.offsets.length };
  const next = tile.offsets.findIndex((offset) => offset >= bytes);
  return next === -1
    ? { bytes: tile.bytes.length, records: tile.offsets.length }
    : { bytes: tile.offsets[next] ?? 0, records: next };
}
