// detection: what a TLS hello offers and names, and what is said of heartbeats, in words.

import { flag } from './flow-phrases.ts';
import { count, formatNumber } from './number-words.ts';
import type { Phrases } from './phrase.ts';
import { partsOf } from './sentence-part.ts';

const { flag: part, number: measured } = partsOf('TLS hello');
const bits = (value: number): string => `${formatNumber(value)} bits`;

/** In the order in which one sentence tells them. */
export const HELLO_PHRASES: Phrases = {
  tlsClientHello: flag('TLS hello', 'no TLS hello'),
  tlsOddPort: part('to a port that is not for TLS', 'to no unusual port'),
  tlsNameAddressLookup: part(
    "to a service that tells a host's public address",
    'not to a service that tells addresses',
  ),
  tlsNameRareZone: part('for a name in a zone of short-lived names', 'not for a zone of short-lived names'),
  tlsNameDynamicZone: part('for a name in a zone of dynamic names', 'not for a zone of dynamic names'),
  tlsNameEntropy: measured((value) => `for a name with ${bits(value)} of entropy a character`, bits),
  tlsNameConsonants: measured(
    (value) => `for a name with ${count(value, 'consonant', 'consonants')} in a row`,
    formatNumber,
  ),
  tlsNoServerName: part('without a server name', 'with a server name, or cut before it'),
  tlsServerName: part('with a server name', 'without a server name that was seen'),
  tlsOldClient: part('in TLS 1.0 or older', 'in TLS 1.1 or newer'),
  tlsCiphers: measured((value) => `with ${count(value, 'cipher suite', 'cipher suites')}`, formatNumber),
  tlsExtensions: measured((value) => `with ${count(value, 'extension', 'extensions')}`, formatNumber),
  tlsAlpn: part('with a protocol to speak inside (ALPN)', 'without a protocol to speak inside (ALPN)'),
  tlsGrease: part('with the random values of browsers (GREASE)', 'without the random values of browsers (GREASE)'),
};

export const TLS_PHRASES: Phrases = {
  ...HELLO_PHRASES,
  tlsServerHello: flag('server answers in TLS', 'server does not answer in TLS'),
  tlsOldServer: flag('server answers in TLS 1.0 or older', 'server does not answer in TLS 1.0 or older'),
  tlsOldSuite: flag('server chooses an outdated cipher suite', 'server chooses no outdated cipher suite'),
  tlsAlert: flag('server answers with a TLS alert', 'server does not answer with a TLS alert'),
  tlsMidstream: flag('TLS data without the hello before it', 'no TLS data without the hello before it'),
  tlsHeartbeatRequest: flag('TLS heartbeat request from the source', 'no TLS heartbeat request from the source'),
  tlsHeartbeatResponse: flag('TLS heartbeat from the destination', 'no TLS heartbeat from the destination'),
  tlsHeartbeatExcess: flag(
    'TLS heartbeat asks for more bytes than it carries',
    'no TLS heartbeat that asks for more bytes than it carries',
  ),
};
