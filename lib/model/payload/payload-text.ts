// model: features from what a flow's first payload bytes say, protocol by protocol.

import type { FeatureGroup, FeatureWriter, FlowColumns } from '../feature-group.ts';
import { DNS_QUESTION } from './dns-question.ts';
import { HTTP_REQUEST } from './http-request.ts';
import { HTTP_RESPONSE } from './http-response.ts';
import { LOGIN } from './login-words.ts';
import { OTHER_PROTOCOLS } from './other-protocols.ts';
import { viewPayloads } from './payload-view.ts';
import { TLS_HELLO } from './tls-hello.ts';

const PARTS = [HTTP_REQUEST, HTTP_RESPONSE, LOGIN, TLS_HELLO, DNS_QUESTION, OTHER_PROTOCOLS];
const names = PARTS.flatMap((part) => part.names);

function bind(columns: FlowColumns): FeatureWriter {
  const { view, read } = viewPayloads(columns);
  return (row, out, start) => {
    read(row);
    let at = start;
    for (const part of PARTS) {
      part.write(view, out, at);
      at += part.names.length;
    }
  };
}

/** What was asked and answered. */
export const PAYLOAD_TEXT: FeatureGroup = { names, bind };
