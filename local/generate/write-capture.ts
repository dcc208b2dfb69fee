// generate: a scenario as the bytes of a capture file, in blocks or straight to disk.
import { open } from 'node:fs/promises';
import { linktypes } from './bytes/link.ts';
import { joinBytes } from './bytes/text.ts';
import { encodePcap, type PcapOptions } from './file/pcap.ts';
import { encodePcapng, type PcapngInterface } from './file/pcapng.ts';
import type { ByteOrder, CaptureRecord } from './file/record.ts';
import { generatePackets, linksOf, type Scenario } from './scenario.ts';
import type { Truth } from './truth.ts';

export type CaptureFormat =
  | {
      readonly kind: 'pcap';
      readonly byteOrder?: ByteOrder;
      readonly resolution?: 'microseconds' | 'nanoseconds';
      readonly snaplen?: number;
    }
  | {
      readonly kind: 'pcapng';
      readonly byteOrder?: ByteOrder;
      readonly snaplen?: number;
      /** One for each of the scenario's links; microseconds where left out. */
      readonly resolutions?: readonly { readonly base: 10 | 2; readonly exponent: number }[];
    };

export interface WrittenCapture {
  readonly bytes: number;
  readonly truth: Truth;
}

/** Blocks of the file; the truth is what the generator returns. A pcap file has one link: the scenario's first. */
export function* encodeScenario(scenario: Scenario, format: CaptureFormat): Generator<Uint8Array, Truth> {
  const held: { truth: Truth } = { truth: { records: 0, benignPackets: 0, benignFlows: 0, attacks: [] } };
  function* records(source: Scenario): Generator<CaptureRecord> {
    held.truth = yield* generatePackets(source);
  }
  const links = linksOf(scenario);
  if (format.kind === 'pcapng') {
    const interfaces = links.map((link, number): PcapngInterface => {
      const resolution = format.resolutions?.[number];
      const description = { linktype: linktypes[link.link], name: `eth${number}` };
      return resolution === undefined ? description : { ...description, resolution };
    });
    yield* encodePcapng(records(scenario), { ...format, interfaces });
  } else {
    const first = links[0] ?? { link: 'ethernet' as const };
    const options: PcapOptions = { ...format, linktype: linktypes[first.link] };
    yield* encodePcap(records({ ...scenario, links: [first] }), options);
  }
  return held.truth;
}

/** A small capture whole, for tests. */
export function buildCapture(
  scenario: Scenario,
  format: CaptureFormat,
): { readonly bytes: Uint8Array; readonly truth: Truth } {
  const blocks: Uint8Array[] = [];
  const source = encodeScenario(scenario, format);
  for (let step = source.next(); ; step = source.next()) {
    if (step.done === true) return { bytes: joinBytes(blocks), truth: step.value };
    blocks.push(step.value);
  }
}

export async function writeCapture(path: string, scenario: Scenario, format: CaptureFormat): Promise<WrittenCapture> {
  const source = encodeScenario(scenario, format);
  const file = await open(path, 'w');
  let bytes = 0;
  try {
    for (let step = source.next(); ; step = source.next()) {
      if (step.done === true) return { bytes, truth: step.value };
      await file.writeFile(step.value);
      bytes += step.value.length;
    }
  } finally {
    await file.close();
  }
}
