import { describe, expect, it } from 'vitest';
import { formatNumber, seconds } from '../../../lib/detection/number-words.ts';
import { comparison, featurePhrase, writtenPhrase } from '../../../lib/detection/phrases.ts';
import { FLOW_NET_FEATURES } from '../../../lib/model/flow-net-features.ts';

const lookUp = (values: Readonly<Record<string, number>>) => (name: string) => values[name] ?? 0;

/** Fields of flow rows that models to come may have as features. */
const COMING = [
  ...['tlsHeartbeatRequest', 'tlsHeartbeatExcess', 'smb1Exploit', 'smbAdminShare', 'smbPipeShare', 'smbExecutable'],
  ...['rpcServiceControl', 'rpcTaskScheduler', 'rpcAccounts', 'rpcReplication', 'rpcNetlogon', 'rpcPrintSpooler'],
  ...['rpcRemoteActivation', 'rpcManagement', 'rpcSessions', 'rpcRegistry', 'rpcFileEncryption', 'rpcEndpointMapper'],
  ...['rpcBind', 'executableDownload', 'dnsZoneTransfer', 'remoteShell', 'noOperationSled', 'ircCommand'],
  ...['winRemoteManagement', 'httpRequests', 'httpPosts', 'httpErrors', 'httpRefusals', 'loginAttempts'],
  ...['loginRefusals', 'rpcRequests', 'sourceWindowDestinationBytesVariation', 'sourceWindowDenied'],
  ...['destinationWindowDestinationBytesVariation', 'destinationWindowDenied'],
];
const ALL = [...new Set([...FLOW_NET_FEATURES, ...COMING])];

describe('a phrase', () => {
  it('is written for every feature, and reads without undefined or NaN', () => {
    expect(ALL.filter((name) => writtenPhrase(name) === undefined)).toEqual([]);
    for (const name of ALL) {
      for (const value of [-1, 0, 0.5, 1, 302]) {
        const text = featurePhrase(name, value, () => 2);
        expect(text).not.toMatch(/undefined|NaN|Infinity/);
        expect(text.length).toBeGreaterThan(3);
      }
    }
  });

  it('tells a feature that nobody wrote one for by its name in words', () => {
    expect(featurePhrase('sourceMoonPhase', 0.25, () => 0)).toBe('source moon phase 0.25');
    expect(featurePhrase('toString', 1, () => 0)).toBe('to string 1');
  });

  it.each([
    ['sourceFirstDigits', 0.261, {}, 'first payload from the source 26 % digits'],
    ['rpcServiceControl', 1, {}, 'service control manager called over RPC'],
    ['tlsHeartbeatExcess', 1, {}, 'TLS heartbeat asks for more bytes than it carries'],
    ['httpReferer', 0, {}, 'HTTP request without a page it came from'],
    ['tlsNoServerName', 1, {}, 'TLS hello without a server name'],
    ['dnsLongestLabel', 63, {}, 'DNS question for a name with a part of 63 characters'],
    ['noOperations', 192, {}, '192 no-operation instructions (0x90) in a row in the payload'],
    ['sourcePayloadBytes', 0, { destinationPayloadBytes: 9 }, 'no payload from the source'],
    ['sourcePayloadBytes', 0, {}, 'no payload either way'],
    ['destinationPayloadBytes', 222756, { httpGet: 1 }, '222,756 bytes fetched'],
    ['sourceWindowEstablished', 0, { sourceWindowFlows: 1 }, 'the only flow of the source not established'],
    [
      'destinationWindowUnanswered',
      1,
      { destinationWindowFlows: 7, destinationWindowSeconds: 2 },
      'all of 7 flows to the destination in 2 s unanswered',
    ],
    ['loginRefusals', 12, { loginAttempts: 14 }, '12 of 14 answers refused the login'],
    ['loginRefusals', 1, {}, '1 answer refused the login'],
    ['sourceWindowPairPorts', 9, {}, '9 ports of one host tried at once'],
    [
      'sourceWindowEstablished',
      0,
      { sourceWindowFlows: 7, sourceWindowSeconds: 2 },
      'none of 7 flows in 2 s established',
    ],
    ['sourceWindowFlows', 100, { sourceWindowSeconds: 3.1 }, 'the source started 100 flows in 3.1 s'],
    ['sourceWindowFlows', 1, {}, 'the source started no other flow'],
    ['firstSize1', -52, {}, 'second packet with 52 payload bytes from the destination'],
    ['firstGap1', 0.0377, {}, '38 ms before the second packet'],
    ['sourceGapMean', 0.25, {}, '250 ms between packets from the source on average'],
  ] as const)('of %s %d reads well', (name, value, others, text) => {
    expect(featurePhrase(name, value, lookUp(others))).toBe(text);
  });

  it.each([
    [0.01234, '0.012'],
    [2.71999, '2.72'],
    [42.42, '42.4'],
    [1234567, '1,234,567'],
    [-0.5, '-0.5'],
    [7, '7'],
  ])('writes %d as %s', (value, text) => {
    expect(formatNumber(value)).toBe(text);
  });

  it.each([
    [0, '0 s'],
    [0.0004, 'less than 1 ms'],
    [0.0377, '38 ms'],
    [0.25, '250 ms'],
    [3.14, '3.14 s'],
  ])('writes %d seconds as %s', (value, text) => {
    expect(seconds(value)).toBe(text);
  });
});

describe('a comparison with Normal', () => {
  const quantiles = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7];

  it('is told in the unit of the phrase, for what lies outside of the middle 90 %', () => {
    expect(comparison('sourceWindowUnanswered', 0.97, quantiles)).toBe('normally at most 50 %');
    expect(comparison('durationSeconds', 0.2, quantiles)).toBe('normally at least 300 ms');
    expect(comparison('durationSeconds', 0.4, quantiles)).toBeUndefined();
    expect(
      comparison(
        'httpSqlWords',
        3,
        quantiles.map(() => 0),
      ),
    ).toBe('rare in normal traffic');
  });

  it('is not told of codes, flags, and what nobody has words for', () => {
    const codes = ALL.filter((name) => /^(?:tcpState|service[A-Z]|rpc[A-Z](?!equests)|firstSize|smb)/.test(name));
    expect(codes.length).toBeGreaterThan(50);
    for (const name of [...codes, 'tcp', 'udp', 'loginRefused', 'remoteShell', 'sourceMoonPhase']) {
      expect(comparison(name, 302, quantiles)).toBeUndefined();
    }
  });
});
