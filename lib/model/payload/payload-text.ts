// model: features from what a flow's first payload bytes say, protocol by protocol.

import type { FeatureGroup, FeatureWriter, FlowColumns } from '../feature-group.ts';
import { ABUSED_DATAGRAMS } from './abused-datagrams.ts';
import { BINARY_PROTOCOLS } from './binary-protocols.ts';
import { DNS_QUESTION } from './dns-question.ts';
import { HTTP_REQUEST } from './http-request.ts';
import { HTTP_RESPONSE } from './http-response.ts';
import { LOGIN } from './login-words.ts';
import { PAYLOAD_MISFITS } from './payload-misfits.ts';
import { viewPayloads } from './payload-view.ts';
import { SHELL } from './shell-words.ts';
import { TLS_HELLO } from './tls-hello.ts';

/** The model knows the features by their order. */
const PARTS = [
  HTTP_REQUEST,
  HTTP_RESPONSE,
  LOGIN,
  TLS_HELLO,
  DNS_QUESTION,
  BINARY_PROTOCOLS,
  SHELL,
  ABUSED_DATAGRAMS,
  PAYLOAD_MISFITS,
];
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
