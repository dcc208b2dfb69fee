// real: every packet of every capture, beside tshark's reading of it.
import { afterAll, expect, test } from 'vitest';
import { hasCaptures, realCaptures } from './captures.ts';
import { DifferenceReport } from './difference-report.ts';
import { readRecords } from './our-packets.ts';
import { FLOW_PACKET_FIELDS, LINK_FIELDS, type PacketField, RECORD_FIELDS } from './packet-fields.ts';
import { askTshark } from './tshark.ts';

const report = new DifferenceReport();
afterAll(() => report.print());

test.skipIf(!hasCaptures).each(realCaptures())(
  '$name: each packet is what tshark says it is',
  async ({ name, path }) => {
    const { rows, complaint } = await askTshark(path);
    const before = report.unexplained;
    const { records, error, gaps } = await readRecords(path, (record) => {
      const row = rows[record.number];
      if (row === undefined) return;
      report.packets++;
      const differs = ({ name: field, theirs, ours }: PacketField): boolean => {
        const values = { theirs: theirs(row), ours: ours(record) };
        if (values.theirs === values.ours) return false;
        report.add({ file: name, field, ...values, row, record });
        return true;
      };
      const different = RECORD_FIELDS.filter(differs);
      // Fields of two different packets are not compared.
      const isSame = different.every(({ name: field }) => field !== 'layers' && field !== 'tunnels');
      if (isSame) for (const field of LINK_FIELDS) differs(field);
      if (isSame && record.reason === 'decoded') for (const field of FLOW_PACKET_FIELDS) differs(field);
    });
    report.countRecords(name, { rows, complaint, ours: records, error, gaps });
    expect(report.unexplained - before, report.examplesOf(name)).toBe(0);
  },
);
