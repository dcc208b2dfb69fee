// app: NTP: version, mode, and the requests that amplify (RFC 5905 §7.3, RFC 9327).

import { type Conversation, firstPiece } from './conversation.ts';
import { addDistinct, presentFacts } from './facts.ts';
import { uint8 } from './integers.ts';
import { hasPort } from './sides.ts';

export interface NtpFacts {
  readonly network: { readonly protocol: 'ntp' };
  readonly smartids: {
    readonly ntp: {
      readonly version: number;
      readonly modes: readonly string[];
      readonly stratum?: number | undefined;
      /** Of private mode; 42 is the list of who asked lately (monlist). */
      readonly request_code?: number | undefined;
    };
  };
}

const MODES = [
  ...[undefined, 'symmetric-active', 'symmetric-passive', 'client', 'server', 'broadcast', 'control', 'private'],
] as const;
const SERVER = 4;
const CONTROL = 6;
const PRIVATE = 7;
const TIME_BYTES = 48;

function isNtp(bytes: Uint8Array): boolean {
  const first = uint8(bytes, 0);
  const version = (first >> 3) & 7;
  const mode = first & 7;
  if (first < 0 || version < 1 || version > 4 || mode === 0) return false;
  return bytes.length >= (mode === PRIVATE ? 8 : mode === CONTROL ? 12 : TIME_BYTES);
}

/** The bytes alone say little, so the port must agree. */
export function dissectNtp(conversation: Conversation): NtpFacts | undefined {
  if (conversation.transport !== 'udp' || !hasPort(conversation, 123)) return undefined;
  const messages = [firstPiece(conversation.client), firstPiece(conversation.server)].filter(isNtp);
  const [first] = messages;
  if (first === undefined) return undefined;
  const modes: string[] = [];
  for (const message of messages) addDistinct(modes, MODES[uint8(message, 0) & 7]);
  const answer = messages.find((message) => (uint8(message, 0) & 7) === SERVER);
  const asked = messages.find((message) => (uint8(message, 0) & 7) === PRIVATE);
  return presentFacts<NtpFacts>({
    network: { protocol: 'ntp' },
    smartids: {
      ntp: {
        version: (uint8(first, 0) >> 3) & 7,
        modes,
        stratum: answer && uint8(answer, 1),
        request_code: asked && uint8(asked, 3),
      },
    },
  });
}
