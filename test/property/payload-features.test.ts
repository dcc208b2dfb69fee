// model, for every input: what payload says is numbers, whatever it is, cut anywhere, and no pattern runs away.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PAYLOAD_BYTES, PAYLOAD_PACKETS } from '../../lib/flow/flow-fields.ts';
import { PAYLOAD_SHAPE } from '../../lib/model/payload/payload-shape.ts';
import { PAYLOAD_TEXT } from '../../lib/model/payload/payload-text.ts';
import { dnsFlags, encodeDnsMessage } from '../../local/generate/app/dns-message.ts';
import { ldapSearch } from '../../local/generate/app/ldap-message.ts';
import { smb1Negotiate } from '../../local/generate/app/smb1-message.ts';
import { cipherSets, encodeClientHello } from '../../local/generate/app/tls-record.ts';
import { createRandom } from '../../local/generate/random.ts';
import { type FlowValues, flowRows } from '../support/flow-rows.ts';

const UDP = 17;
const ROOM = PAYLOAD_BYTES * PAYLOAD_PACKETS;
const width = PAYLOAD_TEXT.names.length + PAYLOAD_SHAPE.names.length;

/** The values of some flows, one after the other. */
function valuesOf(flows: readonly FlowValues[]): Float32Array {
  const rows = flowRows(flows);
  const text = PAYLOAD_TEXT.bind(rows.columns);
  const shape = PAYLOAD_SHAPE.bind(rows.columns);
  const out = new Float32Array(flows.length * width).fill(Number.NaN);
  for (let row = 0; row < flows.length; row += 1) {
    text(row, out, row * width);
    shape(row, out, row * width + PAYLOAD_TEXT.names.length);
  }
  return out;
}

function flowOf(source: Uint8Array, destination: Uint8Array, flow: FlowValues): FlowValues {
  const part = (bytes: Uint8Array, k: number) => bytes.subarray(k * PAYLOAD_BYTES, (k + 1) * PAYLOAD_BYTES);
  return {
    ...flow,
    ...Object.fromEntries([0, 1, 2].map((k) => [`sourcePayload${k}`, part(source, k)])),
    ...Object.fromEntries([0, 1, 2].map((k) => [`destinationPayload${k}`, part(destination, k)])),
  };
}

const random = createRandom(11);
const hello = encodeClientHello(
  {
    serverName: 'www.shop.example',
    alpn: ['h2'],
    ciphers: cipherSets.chrome,
    grease: true,
    offersTls13: true,
    sessionId: random.bytes(32),
  },
  random,
);
const REAL: readonly (readonly [name: string, bytes: Uint8Array, flow: FlowValues])[] = [
  [
    'request',
    Buffer.from(
      'POST /a.php?id=1%27+or+1=1 HTTP/1.1\r\nHost: a.top:81\r\nCookie: a=b\r\nContent-Length: 9\r\n\r\nuser=a&pass=b',
    ),
    {},
  ],
  ['response', Buffer.from('HTTP/1.1 200 OK\r\nServer: PHP\r\nContent-Length: 4\r\n\r\nMZ\u0090\u0000', 'latin1'), {}],
  ['hello', hello, { destinationPort: 443 }],
  [
    'question',
    encodeDnsMessage({ id: 1, flags: dnsFlags.query, name: 'www.shop.example', type: 16 }),
    { protocol: UDP, destinationPort: 53 },
  ],
  ['search of a directory', ldapSearch(1), { destinationPort: 389 }],
  ['old negotiation', smb1Negotiate(['NT LM 0.12']), { destinationPort: 445 }],
];

describe('features of payload', () => {
  it.each(REAL)('are finite of a %s cut at every length, either way round', (_, bytes, flow) => {
    const cuts = Array.from({ length: Math.min(bytes.length, ROOM) + 1 }, (__, k) => bytes.subarray(0, k));
    const none = new Uint8Array(0);
    const flows = cuts.flatMap((cut) => [flowOf(cut, none, flow), flowOf(none, cut, flow), flowOf(cut, cut, flow)]);
    expect(valuesOf(flows).every(Number.isFinite)).toBe(true);
  });

  it('are finite of any bytes, and of real ones with some changed', () => {
    const changed = fc
      .tuple(fc.constantFrom(...REAL), fc.array(fc.tuple(fc.nat(ROOM - 1), fc.nat(255)), { maxLength: 6 }))
      .map(([[, bytes], changes]) => {
        const copy = Uint8Array.from(bytes);
        for (const [at, value] of changes) if (at < copy.length) copy[at] = value;
        return copy;
      });
    const line = fc.string({ maxLength: ROOM }).map((text) => Buffer.from(`GET /?${text}`, 'latin1'));
    const said = fc.oneof(fc.uint8Array({ maxLength: ROOM }), changed, line);
    const flow = fc.record({
      protocol: fc.constantFrom(6, UDP, 1),
      destinationPort: fc.oneof(fc.constantFrom(53, 80, 88, 443, 445, 502, 1434), fc.nat(0xffff)),
    });
    fc.assert(
      fc.property(said, said, flow, (source, destination, of) => {
        expect(valuesOf([flowOf(source, destination, of)]).every(Number.isFinite)).toBe(true);
      }),
      { numRuns: 1000 },
    );
  });
});

/** Text on which patterns of one kind or another try the most. */
const ADVERSARIAL = [
  ...['a', '1', "'", '"', '%', '%25', '${', '{{', '#{', '<', '<%', '/*', '../', ';', '|', '(', '((', '` ', ' ', '\r\n'],
  ...['=', '&', '=&', '?=', ',', '.', ':', "' or ", ' or 1', 'select', 'select ', 'select a,', 'union ', 'union('],
  ...['name=', 'name=&', 'user=&pass', 'script<', 'javascript:', '<a on', 'order by 1', ') --', "'='", 'wget -a '],
  ...['cgi/', '/cgi-bin/', '/wp-content/plugins/a', 'bot', 'ssh-', 'nick ', 'user a a a', '\nuser a', '220 ', 'a@a:'],
  ...['update a set ', 'insert into a', '<?xml ', '/*!1', 'powershell ', 'cat ', 'a: ', '1:', '\n', '\nhost:', 'get '],
].map((piece) => piece.repeat(Math.ceil(ROOM / piece.length)).slice(0, ROOM));
const STARTS = [
  '',
  'GET /?',
  'GET /cgi-bin/',
  'POST / HTTP/1.1\r\n\r\n',
  'GET / HTTP/1.1\r\nHost: ',
  'HTTP/1.1 200 OK\r\n',
];
/** Rows of each text; those that anybody would try first more often. */
const ROWS = 24;
const MANY_ROWS = 2000;
const FIRST_TRIED = ['a', "'", '"', '%', '${'].map((piece) => piece.repeat(ROOM).slice(0, ROOM));
/** Many times what the dearest needs; a pattern that runs away needs minutes. */
const MAX_ROW_MS = 4;

function expectCheap(text: string, rows: number): void {
  const bytes = Buffer.from(text.slice(0, ROOM), 'latin1');
  const flows = new Array<FlowValues>(rows).fill(flowOf(bytes, bytes, {}));
  const began = process.cpuUsage();
  valuesOf(flows);
  const { user, system } = process.cpuUsage(began);
  expect((user + system) / 1000 / rows, `ms a row of ${JSON.stringify(text.slice(0, 40))}…`).toBeLessThan(MAX_ROW_MS);
}

describe('no pattern runs away', () => {
  it.each(STARTS)('on any text that begins with %j', (start) => {
    for (const text of ADVERSARIAL) expectCheap(`${start}${text}`, ROWS);
  });

  it.each(FIRST_TRIED)('on thousands of requests that say %s', (text) => {
    expectCheap(`GET /?${text}`, MANY_ROWS);
  });
});
