// api: a flow's payload as JSON, as lines of text, and as a hex dump.

import { clearString } from '../../lib/app/clear-text.ts';
import { formatTime } from '../../lib/document/document-time.ts';
import type { HttpContent } from '../../lib/payload/http-contents.ts';
import { hexLines, shownLines } from '../../lib/payload/shown-text.ts';
import type { Turn } from '../../lib/payload/turns.ts';
import { valueAt } from './cursor-values.ts';
import type { FlowPayload } from './flow-payload.ts';
import type { PayloadView } from './schema/payload-schema.ts';

const DIRECTIONS = ['source', 'destination'] as const;

export function payloadView(
  id: string,
  { flow, transport, turns, contents, counts, cursor }: FlowPayload,
): PayloadView {
  return {
    flowId: id,
    ...(transport !== undefined && { transport }),
    source: endpoint(flow.document, 'source'),
    destination: endpoint(flow.document, 'destination'),
    turns: turns.map((turn) => ({
      direction: DIRECTIONS[turn.direction],
      timestamp: formatTime(turn) ?? null,
      record: turn.record,
      offset: turn.offset,
      length: turn.bytes.length,
      ...(turn.missingBefore > 0 && { missingBefore: turn.missingBefore }),
      data: turn.bytes.toString('base64'),
    })),
    contents: contents.map((content) => ({
      direction: DIRECTIONS[content.direction],
      offset: content.offset,
      contentOffset: content.contentOffset,
      firstLine: clearString(content.firstLine) ?? '',
      ...(content.mediaType !== undefined && { mediaType: content.mediaType }),
      chunked: content.isChunked,
      encodings: content.encodings.map((encoding) => clearString(encoding) ?? ''),
      state: content.state,
      length: content.bytes.length,
      data: content.bytes.toString('base64'),
    })),
    counts: { source: counts[0], destination: counts[1] },
    ...(cursor !== undefined && { cursor }),
  };
}

function endpoint(document: Readonly<Record<string, unknown>>, side: 'source' | 'destination'): PayloadView['source'] {
  const ip = valueAt(document, `${side}.ip`);
  const port = valueAt(document, `${side}.port`);
  return { ...(typeof ip === 'string' && { ip }), ...(typeof port === 'number' && { port }) };
}

/** Whoever reads it in a terminal or an editor sees what was said, and nothing that was said acts on either. */
export function payloadText(payload: FlowPayload, format: 'text' | 'hex'): string {
  const names = DIRECTIONS.map((side) => endpointName(endpoint(payload.flow.document, side)));
  const left = [...payload.contents];
  const lines: string[] = [];
  for (const turn of payload.turns) {
    lines.push(heading(turn, names), format === 'hex' ? hexLines(turn.bytes, turn.offset) : shownLines(turn.bytes), '');
    if (format === 'hex') continue;
    const end = turn.offset + turn.bytes.length;
    while (left.length > 0) {
      const at = left.findIndex(
        ({ direction, contentOffset }) =>
          direction === turn.direction && contentOffset <= end && contentOffset > turn.offset,
      );
      const [content] = at < 0 ? [] : left.splice(at, 1);
      if (content === undefined) break;
      lines.push(contentHeading(content), shownLines(content.bytes), '');
    }
  }
  if (payload.cursor !== undefined) lines.push('=== there is more: follow the Link header', '');
  return lines.join('\n');
}

function heading({ direction, bytes, offset, missingBefore, record, ...time }: Turn, names: readonly string[]): string {
  const [from, to] = direction === 0 ? names : names.toReversed();
  const gap = missingBefore > 0 ? `=== ${missingBefore} bytes are not in the capture\n` : '';
  const when = formatTime(time) ?? 'no time';
  return `${gap}=== ${from} > ${to}, ${when}, record ${record}, offset ${offset}, ${bytes.length} bytes`;
}

function contentHeading({ firstLine, encodings, isChunked, state, bytes }: HttpContent): string {
  const packing = [...encodings, ...(isChunked ? ['chunked'] : [])].map((name) => clearString(name)).join(', ');
  const whole = state === 'whole' ? '' : `, ${state}`;
  return `=== content of ${JSON.stringify(clearString(firstLine, 200) ?? '')} (${packing}), ${bytes.length} bytes${whole}`;
}

function endpointName({ ip = '?', port }: PayloadView['source']): string {
  if (port === undefined) return ip;
  return ip.includes(':') ? `[${ip}]:${port}` : `${ip}:${port}`;
}
