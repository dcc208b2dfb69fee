// detection: which of a detector's conditions tell a person most, and which he takes for granted.

import { featureFamily } from './feature-family.ts';

/** What a flow is rather than what it does: told behind the rest. */
const FRAME = /^(?:udp|icmp|icmpEcho|service[A-Z]\w+|smb[12]|ldap|sshBanners)$/;
/** Told only where nothing else of a detector can be. */
const GRANTED =
  /^(?:tcp|ipv6|multicast|continued|serviceOtherHigh|tlsClientHello|dnsQuestion|http(?:Request|Ok|Answered))$/;
/** What a request does by itself tells as little as a volume. */
const VERB = /^http(?:Get|Post)$/;
/** What programs leave out and browsers do not: told behind what is there. */
const LEFT_OUT = /^(?:http(?:Referer|AcceptLanguage|AgentBrowser)|tls(?:Alpn|Grease))$/;

export function isGranted(feature: string): boolean {
  return GRANTED.test(feature);
}

export function isLeftOut(feature: string): boolean {
  return LEFT_OUT.test(feature);
}

export function isWindow(feature: string): boolean {
  return featureFamily(feature).endsWith('Window');
}

/** Signs and words, then what hosts did in the minute before, then verbs and volumes, then what is missing, then the frame. */
export function kindRank(feature: string, isMissing: boolean): number {
  if (isGranted(feature)) return 5;
  if (FRAME.test(feature)) return 4;
  if (isWindow(feature)) return 1;
  if (VERB.test(feature)) return 2;
  if (isMissing) return 3;
  return featureFamily(feature) === 'said' ? 0 : 2;
}
