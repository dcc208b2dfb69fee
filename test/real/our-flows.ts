// real: our side of a comparison of flows: each flow of a capture once, with its ends in text.
import { createReadStream } from 'node:fs';
import { FLOW_METADATA } from '../../lib/chunk/column-metadata.ts';
import { decodeColumns } from '../../lib/chunk/columns.ts';
import { splitCapture } from '../../lib/chunk/split-capture.ts';
import { formatAddress } from '../../lib/document/address-text.ts';
import { flowApplication } from '../../lib/document/flow-application.ts';
import { PipelineError } from '../../lib/errors/pipeline-error.ts';
import { END_REASONS, type EndReason, FLOW_FIELDS, type FlowRows } from '../../lib/flow/flow-fields.ts';

export interface OurFlow {
  readonly transport: 'tcp' | 'udp';
  /** `192.0.2.1:80` */
  readonly source: string;
  readonly destination: string;
  readonly sourcePackets: number;
  readonly destinationPackets: number;
  readonly sourceBytes: number;
  readonly destinationBytes: number;
  readonly end: EndReason;
  /** What the application layer said, as JSON. */
  readonly application: Readonly<Record<string, unknown>>;
}

function endpoint(rows: FlowRows, i: number, end: 'source' | 'destination'): string {
  const { columns } = rows;
  const { values, offsets } = columns[end];
  const port = columns[end === 'source' ? 'sourcePort' : 'destinationPort'][i];
  return `${formatAddress(columns.ipVersion[i] ?? 0, values.subarray(offsets[i], offsets[i + 1]), 0)}:${port}`;
}

/** Row `i`, where this chunk is the one that says it. */
function flowOf(rows: FlowRows, i: number, chunk: number): OurFlow | undefined {
  const { columns } = rows;
  const protocol = columns.protocol[i];
  if (columns.firstChunk[i] !== chunk || (protocol !== 6 && protocol !== 17)) return undefined;
  return {
    transport: protocol === 6 ? 'tcp' : 'udp',
    source: endpoint(rows, i, 'source'),
    destination: endpoint(rows, i, 'destination'),
    sourcePackets: columns.sourcePackets[i] ?? 0,
    destinationPackets: columns.destinationPackets[i] ?? 0,
    sourceBytes: Number(columns.sourceBytes[i] ?? 0),
    destinationBytes: Number(columns.destinationBytes[i] ?? 0),
    end: END_REASONS[columns.endReason[i] ?? 0] ?? 'end-of-dump',
    application: flowApplication(rows, i),
  };
}

/** The TCP and UDP flows of a capture, or why it was refused. @throws whatever is no PipelineError. */
export function readFlows(path: string): Promise<readonly OurFlow[] | PipelineError> {
  return readFlowsOf(createReadStream(path));
}

export async function readFlowsOf(source: AsyncIterable<Uint8Array>): Promise<readonly OurFlow[] | PipelineError> {
  const flows: OurFlow[] = [];
  try {
    for await (const output of splitCapture(source)) {
      if (output.kind !== 'row-object') continue;
      const rows = await decodeColumns(FLOW_FIELDS, output.bytes, FLOW_METADATA);
      for (let i = 0; i < rows.count; i++) {
        const flow = flowOf(rows, i, output.chunk);
        if (flow !== undefined) flows.push(flow);
      }
    }
  } catch (error) {
    if (error instanceof PipelineError) return error;
    throw error;
  }
  return flows;
}
