// generate: a TLS heartbeat that claims more than it carries (RFC 6520 §4), and the memory that a broken server hands out.

import { encodeCertificate } from '../app/certificate.ts';
import {
  applicationData,
  cipherSets,
  contents,
  encodeClientHello,
  encodeServerFlight12,
  record,
} from '../app/tls-record.ts';
import { pickTlsHabits, tlsOpening } from '../app/tls-turns.ts';
import { end, pickEnding, say } from '../app/turns.ts';
import { joinBytes } from '../bytes/text.ts';
import type { Random } from '../random.ts';
import { tcpSeries } from '../tcp-series.ts';
import type { Turn } from '../tcp-session.ts';
import { attackOn, drawPace, drawSize, type PlanBehaviour } from './behaviour.ts';

export const planHeartbleed: PlanBehaviour = (context) => {
  const { attacker, random, victim } = context;
  const serverPort = random.pick([443, 443, 443, 8443, 993, 465, 4433]);
  const afterHandshake = random.chance(0.4);
  const version = random.pick([0x0301, 0x0302, 0x0303]);
  const claimed = random.pick([0x4000, 0xffff, 0x3fff, 0x1000, random.integer(200, 65_000)]);
  const carried = random.pick([0, 0, 1, 18, 64]);
  const beats = random.pick([1, 1, 1, 3, 20, 100]);
  const reaction = random.pick(['bleeds', 'bleeds', 'bleeds', 'alert', 'silent', 'closes'] as const);
  const ending = pickEnding(random);
  const waitMs = random.pick([2, 50, 1000]);
  const memory = random.bytes(claimed);
  const turns = function* (chance: Random): Generator<Turn> {
    if (afterHandshake)
      yield* tlsOpening({ ...pickTlsHabits(undefined, chance), version13: false, style: 'older' }, chance);
    else yield* clearOpening(chance);
    for (let beat = 0; beat < beats; beat++) {
      const request = afterHandshake
        ? record(contents.heartbeat, chance.bytes(carried + 3 + 16 + chance.integer(16, 24)), version)
        : record(
            contents.heartbeat,
            joinBytes([Uint8Array.of(1, claimed >>> 8, claimed & 0xff), chance.bytes(carried)]),
            version,
          );
      yield say('client', request, beat === 0 ? 3 : waitMs, chance);
      if (reaction === 'silent') continue;
      if (reaction === 'closes') break;
      if (reaction === 'alert') {
        yield say('server', record(contents.alert, Uint8Array.of(2, 10), version), 1, chance);
        break;
      }
      const leaked = afterHandshake ? memory : joinBytes([Uint8Array.of(2, claimed >>> 8, claimed & 0xff), memory]);
      const records: Uint8Array[] = [];
      for (let at = 0; at < leaked.length; at += 16_384)
        records.push(record(contents.heartbeat, leaked.subarray(at, at + 16_384), version));
      yield say('server', joinBytes(records), 2, chance);
    }
    yield* end(reaction === 'closes' ? 'server-fin' : ending, waitMs, chance);
  };
  const count = Math.min(drawSize(context, 20, 80), Math.max(3, Math.floor(300 / beats)));
  const sessions = tcpSeries(context, count, drawPace(random, 0.1, 20), (_, chance) => ({
    client: attacker,
    server: victim,
    serverPort,
    turns: turns(chance),
  }));
  return attackOn('Heartbleed', context, sessions);
};

/** The quick way: the handshake is not even finished when the heartbeat comes. */
function* clearOpening(random: Random): Generator<Turn> {
  const offer = {
    serverName: random.chance(0.3) ? `www.${random.text(6)}.example` : undefined,
    alpn: [],
    ciphers: cipherSets.older,
    grease: false,
    offersTls13: false,
    sessionId: new Uint8Array(0),
  };
  yield say('client', encodeClientHello(offer, random), 0.5, random);
  const certificates = [encodeCertificate('www.example', 'Example Issuing CA 1', random)];
  yield say('server', encodeServerFlight12(0xc014, undefined, certificates, random), 3, random);
  if (random.chance(0.15)) yield say('client', applicationData(20, random), 1, random);
}
