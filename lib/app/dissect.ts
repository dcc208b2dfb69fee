// app: which protocol a conversation speaks, asked of one dissector after the other until one knows it.

import type { Conversation } from './conversation.ts';
import { writeDns } from './dns.ts';
import { guessProtocol } from './guess.ts';
import { dissectHttp } from './http.ts';
import type { JsonWriter } from './json-writer.ts';
import { dissectPlain } from './plain-dissectors.ts';
import { dissectQuic } from './quic.ts';
import { dissectSsh } from './ssh.ts';
import { dissectTls } from './tls.ts';

/** Already under ECS names, with the protocol's own members; what ECS has no name for is below `smartids.<protocol>`. */
export interface AppFacts {
  readonly network: { readonly protocol: string };
  readonly smartids?: object | undefined;
}

/** By the bytes, else by the ports; undefined where neither side sent any bytes, or nothing is known of them. */
export function dissect(conversation: Conversation): AppFacts | undefined {
  const facts =
    conversation.transport === 'tcp'
      ? (dissectTls(conversation) ?? dissectHttp(conversation) ?? dissectSsh(conversation))
      : undefined;
  const found = facts ?? dissectPlain(conversation) ?? dissectQuic(conversation);
  if (found !== undefined) return found;
  const protocol = guessProtocol(conversation);
  return protocol === undefined ? undefined : { network: { protocol } };
}

/** Writes the same facts as JSON; of facts that are too long only the protocol. False where there are none. */
export function writeFacts(conversation: Conversation, json: JsonWriter): boolean {
  json.length = 0;
  if (conversation.transport === 'udp' && writeDns(conversation, json) && !json.isFull) return true;
  json.length = 0;
  const facts = dissect(conversation);
  if (facts === undefined) return false;
  json.value(facts);
  if (!json.isFull) return true;
  json.length = 0;
  json.value({ network: { protocol: facts.network.protocol } });
  return true;
}
