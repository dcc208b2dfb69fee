// generate: floods from many hosts at once: requests of a crowd of bots, and answers that were asked for in the victim's name.
import { dnsFlags, encodeDnsMessage, recordTypes } from '../app/dns-message.ts';
import { ldapEntry } from '../app/ldap-message.ts';
import { pickPage } from '../app/web-pages.ts';
import { joinBytes, textBytes } from '../bytes/text.ts';
import { sendDatagram } from '../datagram.ts';
import type { Random } from '../random.ts';
import { type MakeExchange, pickCampaign, webSeries } from '../web-series.ts';
import { attackOn, drawPace, drawRate, drawSize, outsiders, type PlanBehaviour } from './behaviour.ts';
import { flood } from './packet-floods.ts';
import { tiring } from './web-floods.ts';

/** Bots ask for pages, each from an address of its own. */
export const planCrowdFlood: PlanBehaviour = (context) => {
  const { attacker, random, victim } = context;
  const bots = outsiders(context, random.pick([5, 20, 80, 250]));
  const style = { perSecond: drawRate(random, 40, 800), perConnection: random.pick([1, 1, 1, 3]), thinkMs: 5 };
  const campaign = {
    ...pickCampaign(attacker, victim, style, random),
    client: (number: number) => bots[number % bots.length] ?? attacker,
    rotates: random.chance(0.5),
    loadAt: tiring(random),
  };
  const target = random.pick(['/', pickPage(random)]);
  const varies = random.chance(0.5);
  const make: MakeExchange = (_, chance) => ({
    method: 'GET',
    target: varies ? `/?${chance.text(6)}=${chance.text(6)}` : target,
    answer: { status: 200 },
  });
  const sessions = webSeries(context, campaign, drawSize(context, 350, 1000, 40), make);
  return attackOn('DDoS', context, sessions, { attackers: bots });
};

/** What a reflector sends to whoever seems to have asked, and from which port. */
interface Reflection {
  readonly port: number;
  readonly answers: (random: Random) => readonly Uint8Array[];
}

function pickReflection(random: Random): Reflection {
  const name = `${random.text(6)}.example`;
  const records = random.integer(5, 25);
  const bytes = random.integer(40, 200);
  const parts = random.integer(1, 8);
  const ntp = (number: number): Uint8Array =>
    joinBytes([Uint8Array.of(0xd7, number & 127, 3, 0x2a, 0, 6, 0, 72), random.bytes(432)]);
  const device = (chance: Random): Uint8Array =>
    textBytes(
      `HTTP/1.1 200 OK\r\nCACHE-CONTROL: max-age=120\r\nEXT:\r\nLOCATION: http://192.168.1.1:${chance.integer(1024, 65_000)}/rootDesc.xml\r\nSERVER: Linux/3.4 UPnP/1.0 MiniUPnPd/1.9\r\nST: ${chance.pick(['upnp:rootdevice', 'urn:schemas-upnp-org:device:InternetGatewayDevice:1', `uuid:${chance.text(32)}`])}\r\nUSN: uuid:${chance.text(32)}::upnp:rootdevice\r\n\r\n`,
    );
  const noise = random.bytes(1400);
  return random.pick([
    {
      port: 53,
      answers: (chance: Random) => [
        encodeDnsMessage({
          ...{ id: chance.integer(0, 0xffff), flags: dnsFlags.answer, name, type: 255 },
          answers: Array.from({ length: records }, () => ({
            ...{ type: recordTypes.txt, ttlSeconds: 3600 },
            data: joinBytes([Uint8Array.of(bytes), noise.subarray(0, bytes)]),
          })),
        }),
      ],
    },
    { port: 123, answers: () => Array.from({ length: parts }, (_, number) => ntp(number)) },
    { port: 1900, answers: (chance: Random) => Array.from({ length: parts }, () => device(chance)) },
    {
      port: 11_211,
      answers: () =>
        Array.from({ length: parts }, (_, number) =>
          joinBytes([
            Uint8Array.of(0, 0, 0, number, 0, parts, 0, 0),
            textBytes('VALUE a 0 1000000\r\n'),
            noise.subarray(0, 1350),
          ]),
        ),
    },
    { port: 389, answers: (chance: Random) => [ldapEntry(7, 2200, chance)] },
    {
      port: 19,
      answers: () => [
        textBytes(' !"#$%&\'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ'.repeat(random.integer(1, 20))),
      ],
    },
    {
      port: 161,
      answers: () => [
        joinBytes([Uint8Array.of(0x30, 0x82, 3, 0x80, 2, 1, 1, 4, 6), textBytes('public'), noise.subarray(0, 900)]),
      ],
    },
  ]);
}

/** Large answers of many servers to a host that never asked. */
export const planReflection: PlanBehaviour = (context) => {
  const { attacker, random, victim } = context;
  const reflectors = outsiders(context, random.pick([3, 20, 100, 400]));
  const { answers, port } = pickReflection(random);
  const fixed = random.integer(1, 65_535);
  const toOnePort = random.chance(0.6);
  const opens = new Set<string>();
  const drop = function* (number: number, atNs: number, chance: Random) {
    const client = reflectors[number % reflectors.length] ?? attacker;
    const serverPort = toOnePort ? fixed : chance.integer(1, 65_535);
    const key = `${number % reflectors.length} ${serverPort}`;
    let sentNs = atNs;
    for (const bytes of answers(chance)) {
      yield* sendDatagram(
        { client, server: victim, clientPort: port, serverPort },
        'client',
        sentNs,
        bytes,
        chance,
        !opens.has(key),
      );
      opens.add(key);
      sentNs += chance.integer(8_000, 90_000);
    }
  };
  const sessions = flood(context, drawSize(context, 500, 1500, 20), drawPace(random, 50, 5000), drop);
  return attackOn('DDoS', context, sessions, { attackers: reflectors });
};
