// real: our side of the comparison: every record of a capture, decoded, one at a time.
import { createReadStream } from 'node:fs';
import { createCaptureReader, readCapture } from '../../lib/capture/capture-reader.ts';
import { linktypeName } from '../../lib/capture/linktypes.ts';
import { decodePacket } from '../../lib/decode/decode-packet.ts';
import { createPacket, DECODE_REASONS, type DecodeReason, type Packet } from '../../lib/decode/packet.ts';
import { PipelineError } from '../../lib/errors/pipeline-error.ts';

/** `packet` is filled anew for the next one. */
export interface OurRecord {
  readonly number: number;
  readonly seconds: number;
  readonly nanoseconds: number;
  readonly capturedLength: number;
  readonly originalLength: number;
  readonly linktype: string;
  readonly format: string;
  readonly packet: Packet;
  readonly reason: DecodeReason;
}

export interface OurReading {
  readonly records: number;
  /** Why reading ended before the file did, or the file was refused. */
  readonly error: PipelineError | undefined;
  readonly gaps: readonly string[];
  readonly interfaces: number;
}

export function readRecords(path: string, use: (record: OurRecord) => void): Promise<OurReading> {
  return readRecordsOf(createReadStream(path), use);
}

/** Calls `use` with each record. @throws whatever is no PipelineError. */
export async function readRecordsOf(
  source: AsyncIterable<Uint8Array>,
  use: (record: OurRecord) => void,
): Promise<OurReading> {
  const reader = createCaptureReader();
  const packet = createPacket();
  let records = 0;
  let error: PipelineError | undefined;
  try {
    for await (const batch of readCapture(source, reader)) {
      for (let i = 0; i < batch.count; i++) {
        const { linktype = -1, format = '' } = reader.interfaces[batch.interfaceId[i] ?? 0] ?? {};
        const capturedLength = batch.capturedLength[i] ?? 0;
        const originalLength = batch.originalLength[i] ?? 0;
        decodePacket(batch.bytes, batch.start[i] ?? 0, capturedLength, originalLength, linktype, packet);
        use({
          number: records++,
          seconds: batch.seconds[i] ?? 0,
          nanoseconds: batch.nanoseconds[i] ?? 0,
          capturedLength,
          originalLength,
          linktype: linktypeName(linktype),
          format,
          packet,
          reason: DECODE_REASONS[packet.reason] ?? 'decoded',
        });
      }
    }
  } catch (thrown) {
    if (!(thrown instanceof PipelineError)) throw thrown;
    error = thrown;
  }
  return { records, error, gaps: reader.gaps.map(({ reason }) => reason), interfaces: reader.interfaces.length };
}
