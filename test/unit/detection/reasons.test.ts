import { describe, expect, it } from 'vitest';
import { createTellReasons } from '../../../lib/detection/reasons.ts';
import { FLOW_NET_FEATURES } from '../../../lib/model/flow-net-features.ts';
import type { FlowNetMetadata } from '../../../lib/model/flow-net-metadata.ts';
import { rowOf } from '../../support/fake-tree-model.ts';
import { sampleMetadata } from './flow-net-metadata-sample.ts';

const SCAN = {
  sourceWindowPairPorts: 142,
  sourceWindowSeconds: 3.1,
  sourceWindowFlows: 100,
  sourceWindowUnanswered: 0.97,
  tcpStateS0: 1,
};

function reasons(
  values: Readonly<Record<string, number>>,
  groups: readonly (readonly string[])[],
  change: Partial<FlowNetMetadata> = {},
) {
  const columns = groups.map((names) => names.map((name) => FLOW_NET_FEATURES.indexOf(name)));
  return createTellReasons(sampleMetadata(change))(rowOf(values), { groups: columns, isEnough: true });
}

describe('reasons', () => {
  it('are sentences with numbers, what a window shows in one of them', () => {
    const told = reasons(SCAN, [['sourceWindowUnanswered'], ['tcpStateS0'], ['sourceWindowPairPorts']]);
    expect(told).toEqual([
      {
        feature: 'sourceWindowPairPorts',
        value: 142,
        text: '142 ports of one host tried in 3.1 s (normally at most 1), 97 % unanswered',
        also: [{ feature: 'sourceWindowUnanswered', value: Math.fround(0.97) }],
      },
      { feature: 'tcpStateS0', value: 1, text: 'connection attempt without any answer' },
    ]);
  });

  it('tell a whole family of features by the most unusual ones, and carry all of them', () => {
    const window = FLOW_NET_FEATURES.filter((name) => name.startsWith('destinationWindow'));
    const values = { ...Object.fromEntries(window.map((name) => [name, 1])), destinationWindowFlows: 80 };
    const [only, ...others] = reasons({ ...values, destinationWindowUnanswered: 0 }, [window]);
    expect(others).toEqual([]);
    expect(only?.also).toHaveLength(window.length - 1);
    expect(only?.text.split(', ').length).toBeLessThanOrEqual(4);
    expect(only?.text).toContain('80 flows');
  });

  it('say of a code only which of its values it is', () => {
    const groups = [['serviceWeb'], ['serviceSsh'], ['tcpStateSF']];
    expect(reasons({ serviceSsh: 1 }, groups).map(({ text }) => text)).toEqual([
      'to the SSH port',
      'connection not opened and closed normally',
    ]);
  });

  it('tell a request in one sentence, what a browser would have added behind what is there', () => {
    const request = { httpPost: 1, httpScript: 1, httpOldProtocol: 1 };
    const told = reasons(request, [['httpScript'], ['httpOldProtocol'], ['httpPost'], ['httpReferer']]);
    expect(told.map(({ text }) => text)).toEqual([
      'HTTP POST request to a script, in HTTP/1.0 or older, without a page it came from',
    ]);
    const hello = reasons({ tlsOddPort: 1, tlsNoServerName: 1 }, [['tlsNoServerName'], ['tlsOddPort']]);
    expect(hello.map(({ text }) => text)).toEqual(['TLS hello to a port that is not for TLS, without a server name']);
  });

  it('leave out what another figure of the window says', () => {
    const window = { sourceWindowPairPorts: 9, sourceWindowServices: 9, sourceWindowUnanswered: 1 };
    const names = [...Object.keys(window), 'sourceWindowEstablished'];
    const [told] = reasons({ ...window, sourceWindowFlows: 9, sourceWindowSeconds: 2 }, [names]);
    expect(told?.text).toBe('9 ports of one host tried in 2 s (normally at most 1), all unanswered');
    expect(told?.also).toHaveLength(names.length - 1);
  });

  it('say the same only once', () => {
    const told = reasons({}, [['sourceFirstEntropy'], ['sourceFirstDigits']], {});
    expect(
      reasons({ sourceFirstEntropy: -1, sourceFirstDigits: -1 }, [['sourceFirstEntropy'], ['sourceFirstDigits']]),
    ).toEqual([
      {
        feature: 'sourceFirstEntropy',
        value: -1,
        text: 'no payload from the source',
        also: [{ feature: 'sourceFirstDigits', value: -1 }],
      },
    ]);
    expect(told).toHaveLength(2);
  });
});
