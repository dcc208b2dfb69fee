// app: TLS clients' offers with the fingerprints that follow from them, remembered: many connections share few.

import { BytesCache } from './bytes-cache.ts';
import { clearText } from './clear-text.ts';
import { ja3Of } from './ja3.ts';
import { ja4Of } from './ja4.ts';
import { MAX_KNOWN_OFFER_BYTES, MAX_KNOWN_OFFERS, MAX_NAME } from './limits.ts';
import { type ClientOffer, decodeOffer } from './tls-client-offer.ts';
import { offeredVersion } from './tls-codes.ts';

/** An offer and what follows from it alone. */
export interface KnownOffer {
  readonly offer: ClientOffer;
  /** The highest version offered. */
  readonly version: number;
  readonly protocol: string | undefined;
  readonly ja3: string;
  /** Over TLS and over QUIC. */
  readonly ja4: { readonly t: string; readonly q: string };
}

const OFFERS = new BytesCache<KnownOffer>(MAX_KNOWN_OFFERS, MAX_KNOWN_OFFER_BYTES);

/** Of the bytes that `decodeOffer` takes. */
export function readOffer(bytes: Uint8Array): KnownOffer {
  return OFFERS.get(bytes, knownOffer);
}

function knownOffer(bytes: Uint8Array): KnownOffer {
  const offer = decodeOffer(bytes);
  const overTls = ja4Of(offer, 't');
  // Only the first letter tells them apart.
  const ja4 = { t: overTls, q: `q${overTls.slice(1)}` };
  const protocol = offer.protocol && clearText(offer.protocol, MAX_NAME);
  return { offer, version: offeredVersion(offer), protocol, ja3: ja3Of(offer), ja4 };
}
