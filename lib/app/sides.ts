// app: a conversation's sides for dissectors that do not mind which one was seen first.

import type { Conversation, SideHead } from './conversation.ts';

/** What `read` makes of the sides as they are, else of the sides swapped. */
export function eitherWay<T>(
  { client, server }: Conversation,
  read: (client: SideHead, server: SideHead) => T | undefined,
): T | undefined {
  return read(client, server) ?? read(server, client);
}

/** A hint only, for bytes that alone say too little. */
export function hasPort({ client, server }: Conversation, ...ports: readonly number[]): boolean {
  return ports.includes(server.port) || ports.includes(client.port);
}
