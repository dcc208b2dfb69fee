// api: packets as a capture file, of one flow or of all that a search finds; and what a flow's sides said.

import type { ApiDeps } from '../api-deps.ts';
import { captureReply, captureStream } from '../capture-reply.ts';
import { carveFlow, carveSearch } from '../carve.ts';
import { flowPayload } from '../flow-payload.ts';
import { defineRoute, type Route } from '../http/route.ts';
import { createStreamSlots } from '../http/stream-slots.ts';
import { payloadText, payloadView } from '../payload-view.ts';
import { carveQuery, carveSearchParams, carveSearchQuery, flowIdParams } from '../schema/carve-schema.ts';
import { payloadQuery, payloadSchema } from '../schema/payload-schema.ts';

/** Each holds some 30 MiB at most. */
const MAX_STREAMS = 8;

const description =
  'The very records, read from the bucket by byte ranges: times to the source’s resolution, original lengths, link types and interfaces. pcapng records keep their options.';

export function carveRoutes(deps: ApiDeps): readonly Route[] {
  const slots = createStreamSlots(MAX_STREAMS);
  const { maxFileBytes } = deps.config;
  const ofFlow = defineRoute(
    {
      method: 'get',
      path: '/api/flows/{id}/pcap',
      tag: 'Packets',
      summary: "Download a flow's packets",
      description,
      params: flowIdParams,
      query: carveQuery,
      reply: captureStream,
      problems: [404, 409, 413, 429, 503, 504],
    },
    ({ params, query, signal }) =>
      slots.use(async () =>
        captureReply(await carveFlow(deps, params.id, query, signal), `flow-${shortFlow(params.id)}`, maxFileBytes),
      ),
  );
  const ofSearch = defineRoute(
    {
      method: 'get',
      path: '/api/search/{kind}/pcap',
      tag: 'Packets',
      summary: 'Download the packets of all flows, alerts or packets that a search finds',
      description: `${description} Dump by dump, the oldest capture first, each in its own order. Of alerts it is the packets of their flows.`,
      params: carveSearchParams,
      query: carveSearchQuery,
      reply: captureStream,
      problems: [409, 413, 429, 503, 504],
    },
    ({ params, query, signal }) =>
      slots.use(async () =>
        captureReply(await carveSearch(deps, params.kind, query, signal), params.kind, maxFileBytes),
      ),
  );
  return [ofFlow, ofSearch, payloadRoute(deps)];
}

function payloadRoute(deps: ApiDeps): Route {
  return defineRoute(
    {
      method: 'get',
      path: '/api/flows/{id}/payload',
      tag: 'Packets',
      summary: 'Read what the two sides of a flow said',
      description:
        'TCP is put in order: what came twice stands once, what is not in the capture is told as a gap. Of other protocols each packet is a turn. The contents of HTTP messages that are chunked or packed (gzip, deflate, br, zstd) come unpacked beside them.',
      params: flowIdParams,
      query: payloadQuery,
      reply: { status: 200, description: 'A page of the conversation.', schema: payloadSchema, textType: 'text/plain' },
      problems: [404, 409, 503, 504],
    },
    async ({ params: { id }, query, signal }) => {
      const payload = await flowPayload(deps, id, query, signal);
      if (query.format === 'json') return { body: payloadView(id, payload) };
      return { text: payloadText(payload, query.format), headers: linkTo(id, query, payload.cursor) };
    },
  );
}

/** RFC 8288 */
function linkTo(id: string, query: Readonly<Record<string, string | number | undefined>>, cursor: string | undefined) {
  if (cursor === undefined) return {};
  const parameters = Object.entries({ ...query, cursor }).map(([name, value]): [string, string] => [name, `${value}`]);
  return { Link: `</api/flows/${id}/payload?${new URLSearchParams(parameters)}>; rel="next"` };
}

/** `6f9f62f8-f17`: what a file name can hold of an id. */
function shortFlow(id: string): string {
  return `${id.slice(0, 8)}-${id.slice(id.lastIndexOf('.') + 1)}`;
}
