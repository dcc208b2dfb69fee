// generate: the named captures that other suites lean on are what their names say.
import { describe, expect, it } from 'vitest';
import { linktypes } from '../../../local/generate/bytes/link.ts';
import {
  benignCapture,
  bigEndianNanosecondPcap,
  cutInTheMiddle,
  demoCapture,
  elephantCapture,
  hundredSyns,
  noRecordsPcap,
  sshGuessingCapture,
  synFloodCapture,
  synScanCapture,
  tinyHttpCapture,
  tinyHttpOn,
  tinyHttpOverIpv6,
  twoInterfacePcapng,
} from '../../support/captures.ts';
import { readNaively } from '../../support/naive-capture-reader.ts';

function recordsOf(file: Uint8Array): number {
  return readNaively(file)?.records.length ?? -1;
}

describe('named captures', () => {
  it.each(['ethernet', 'ethernet-vlan', 'linux-sll', 'linux-sll2', 'null', 'loop', 'raw'] as const)(
    'hold the same ten packets on %s',
    (link) => {
      const read = readNaively(tinyHttpOn(link));
      expect(read?.interfaces[0]?.[0]).toBe(linktypes[link]);
      expect(read?.records.length).toBe(10);
    },
  );

  it('tell the same conversation in every byte order, resolution and IP version', () => {
    for (const file of [tinyHttpCapture(), bigEndianNanosecondPcap(), tinyHttpOverIpv6()])
      expect(recordsOf(file)).toBe(10);
    expect(Buffer.from(bigEndianNanosecondPcap()).toString('hex', 0, 4)).toBe('a1b23c4d');
  });

  it('are cut, empty or counted where the name says so', () => {
    expect(recordsOf(cutInTheMiddle())).toBe(9);
    expect(readNaively(cutInTheMiddle())?.gaps.length).toBe(1);
    expect(recordsOf(noRecordsPcap())).toBe(0);
    expect(recordsOf(hundredSyns())).toBe(100);
    expect(recordsOf(synFloodCapture(500))).toBe(500);
  });

  it('use both interfaces of the pcapng', () => {
    const read = readNaively(twoInterfacePcapng().bytes);
    expect(read?.interfaces.map(([linktype]) => linktype)).toEqual([1, 113]);
    expect(new Set(read?.records.map((record) => record.interfaceId))).toEqual(new Set([0, 1]));
  });

  it('come with a truth that counts every record', () => {
    for (const known of [benignCapture(), synScanCapture(), sshGuessingCapture(), twoInterfacePcapng()]) {
      expect(known.truth.records).toBe(recordsOf(known.bytes));
    }
    expect(demoCapture().truth.attacks.length).toBe(6);
    expect(elephantCapture(1_000_000).length).toBeGreaterThan(1_000_000);
  });

  it('are made once', () => {
    expect(tinyHttpCapture()).toBe(tinyHttpCapture());
  });
});
