import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { TCP_STATES } from '../../../lib/flow/flow-fields.ts';
import { SIGN, SIGNS } from '../../../lib/flow/signs.ts';
import { FLOW_NET_FEATURE_VERSION, FLOW_NET_FEATURES, flowNetFeatures } from '../../../lib/model/flow-net-features.ts';
import { type FlowValues, flowRows, ipv4 } from '../../support/flow-rows.ts';

function features(row: FlowValues): Record<string, number> {
  const matrix = flowNetFeatures(flowRows([row]));
  return Object.fromEntries(FLOW_NET_FEATURES.map((name, k) => [name, matrix[k] ?? Number.NaN]));
}

function changed(a: FlowValues, b: FlowValues): readonly string[] {
  const [before, after] = [features(a), features(b)];
  return FLOW_NET_FEATURES.filter((name) => before[name] !== after[name]);
}

const REQUEST = 'GET /item.php?id=1%27+UNION+SELECT+user,password+FROM+users--+- HTTP/1.1\r\nHost: shop\r\n\r\n';

describe('the features of a flow', () => {
  it('have distinct names, and one value each for every flow', () => {
    expect(new Set(FLOW_NET_FEATURES).size).toBe(FLOW_NET_FEATURES.length);
    expect(flowNetFeatures(flowRows([{}, {}, {}])).length).toBe(3 * FLOW_NET_FEATURES.length);
  });

  it.each([
    ['addresses', { source: ipv4('192.0.2.77'), destination: ipv4('198.51.100.9') }],
    ['the source port', { sourcePort: 1 }],
    ['absolute time', { startSeconds: 5, endSeconds: 6 }],
    [
      'TTL, TOS and TCP window',
      { sourceFirstTtl: 3, destinationFirstTtl: 200, sourceFirstTos: 8, sourceFirstWindow: 1024 },
    ],
    ['the place in the dump', { record: 7000, offset: 9e9, firstChunk: 3, lastChunk: 4, interfaceId: 2, endReason: 5 }],
    ['MAC addresses and VLAN', { sourceMac: Uint8Array.of(1, 2, 3, 4, 5, 6), vlan: 12 }],
    ['a port of the same class of service', { destinationPort: 8080 }],
  ] satisfies readonly (readonly [string, FlowValues])[])('do not depend on %s', (_, change) => {
    expect(changed({ destinationPort: 80 }, { destinationPort: 80, ...change })).toEqual([]);
  });

  it('tell the class of service apart, not the port', () => {
    expect(changed({ destinationPort: 22 }, { destinationPort: 3306 })).toEqual(['serviceSsh', 'serviceDatabase']);
    expect(features({ protocol: 1, destinationPort: 80 })['serviceWeb']).toBe(0);
  });

  it('give each TCP state a column of its own', () => {
    for (const [tcpState, name] of TCP_STATES.entries()) {
      const values = features({ tcpState });
      expect(TCP_STATES.filter((state) => values[`tcpState${state}`] === 1)).toEqual([name]);
    }
  });

  it('count rates over at least a millisecond, and none for a single packet', () => {
    const burst = { startSeconds: 9, endSeconds: 9, sourcePackets: 5, sourceBytes: 500 };
    expect(features(burst)).toMatchObject({ packetsPerSecond: 5000, bytesPerSecond: 500_000, durationSeconds: 0 });
    expect(features({ ...burst, sourcePackets: 1 })['packetsPerSecond']).toBe(0);
  });

  it('are finite for whatever a hostile capture claims', () => {
    const hostile = {
      startSeconds: -1e300,
      endSeconds: 1e300,
      sourcePackets: Number.MAX_SAFE_INTEGER,
      sourceBytes: Number.POSITIVE_INFINITY,
      gapMean: Number.NaN,
      sourceWindowRate: Number.NEGATIVE_INFINITY,
    };
    const values = Object.values(features(hostile));
    expect(values.every(Number.isFinite)).toBe(true);
    expect(features(hostile)['gapMean']).toBe(0);
  });

  it('take lengths from the wire and shape from the kept bytes', () => {
    const values = features({ sourcePayload0: 'AAAABBBB', sourcePayloadLength0: 1400 });
    expect(values).toMatchObject({
      sourcePayloadLength0: 1400,
      sourceFirstPrintable: 1,
      sourceFirstEntropy: 1,
      sourceFirstRun: 4,
      sourceFirstHigh: 0,
      destinationFirstPrintable: -1,
    });
  });

  it('see 8 bits a byte where every value is different', () => {
    const everyByte = Uint8Array.from({ length: 128 }, (_, k) => 128 + k);
    expect(features({ destinationPayload0: everyByte })).toMatchObject({
      destinationFirstEntropy: 7,
      destinationFirstHigh: 1,
      destinationFirstPrintable: 0,
    });
  });

  it('read what an HTTP request says', () => {
    const values = features({ sourcePayload0: REQUEST, destinationPayload0: 'HTTP/1.1 403 Forbidden\r\n' });
    expect(values).toMatchObject({ httpGet: 1, httpPost: 0, httpQueryKeys: 1, httpClientError: 1, httpRefused: 1 });
    expect(values['httpSqlWords']).toBeGreaterThanOrEqual(3);
    expect(values['httpScriptWords']).toBe(0);
    expect(values['httpUnfinishedRequest']).toBe(0);
  });

  it.each([
    ['script', 'GET /?q=%3Cscript%3Ealert(1)%3C/script%3E HTTP/1.1\r\n\r\n', 'httpScriptWords', 2],
    ['a path that climbs', 'GET /../../etc/passwd HTTP/1.1\r\n\r\n', 'httpCommandWords', 2],
    ['a lookup in a header', `GET / HTTP/1.1\r\nUser-Agent: \${jndi:ldap://h/a}\r\n\r\n`, 'httpCommandWords', 1],
    ['a form sent to a login', 'POST /login HTTP/1.1\r\n\r\nusername=a&password=b', 'httpLoginWords', 1],
    ['no SQL in an ordinary search', 'GET /search?q=select+all+unions HTTP/1.1\r\n\r\n', 'httpScriptWords', 0],
    ['headers that never end', 'GET / HTTP/1.1\r\nX-a: 1\r\n', 'httpUnfinishedRequest', 1],
  ])('find %s', (_, request, name, value) => {
    expect(features({ sourcePayload0: request })[name]).toBe(value);
  });

  it('look for words in the first packets of one side only', () => {
    expect(features({ destinationPayload0: REQUEST })['httpSqlWords']).toBe(0);
    const split = { sourcePayload0: 'POST /a HTTP/1.1\r\n\r\n', sourcePayload1: "id=1' or '1'='1" };
    expect(features(split)['httpSqlWords']).toBeGreaterThan(0);
  });

  it('know banners, refused logins, TLS and SMB by their first bytes', () => {
    const ssh = { sourcePayload0: 'SSH-2.0-x\r\n', destinationPayload0: 'SSH-2.0-y\r\n' };
    expect(features(ssh)['sshBanners']).toBe(2);
    const ftp = { sourcePayload0: 'USER a\r\n', destinationPayload0: '220 hi\r\n', destinationPayload1: '530 no\r\n' };
    expect(features(ftp)).toMatchObject({ ftpLogin: 1, mailGreeting: 1, loginRefused: 1 });
    const hello = Uint8Array.of(0x16, 3, 1, 0, 80, 1);
    expect(features({ sourcePayload0: hello })).toMatchObject({ tlsClientHello: 1, rawBinary: 0 });
    const transaction = Uint8Array.of(0, 0, 0, 9, 0xff, 0x53, 0x4d, 0x42, 0xa0);
    expect(features({ sourcePayload0: transaction })).toMatchObject({ smb1: 1, smb2: 0, smbNegotiateOld: 0 });
  });

  it('say by name what was heard past the first payload bytes, and how often', () => {
    for (const name of SIGNS) {
      const values = features({ signs: SIGN[name] });
      expect(SIGNS.filter((other) => values[other] !== 0)).toEqual([name]);
    }
    const counts = {
      httpRequests: 9,
      httpPosts: 8,
      httpErrors: 7,
      httpRefusals: 6,
      loginAttempts: 5,
      loginRefusals: 4,
    };
    expect(features({ ...counts, rpcRequests: 3 })).toMatchObject({ ...counts, rpcRequests: 3 });
  });

  it('are of the second version: a name more, or another order, is another one', () => {
    const order = createHash('sha256').update(FLOW_NET_FEATURES.join('\n')).digest('hex');
    expect([FLOW_NET_FEATURE_VERSION, FLOW_NET_FEATURES.length, order.slice(0, 16)]).toEqual([
      2,
      349,
      '1e0c26832ddc1d2f',
    ]);
  });

  it('are the same for a range of rows as for all of them', () => {
    const rows = flowRows([{ sourcePackets: 1 }, { sourcePackets: 2, sourcePayload0: REQUEST }, { tcpState: 0 }]);
    const width = FLOW_NET_FEATURES.length;
    expect(flowNetFeatures(rows, 1, 3)).toEqual(flowNetFeatures(rows).subarray(width));
  });
});
