// web: what a row of the alerts says before it is opened.
import { describe, expect, it } from 'vitest';

interface Column {
  readonly label: string;
  readonly cell: (alert: unknown) => unknown;
}

// The pages are plain JavaScript that the compiler does not read.
const { ALERT_COLUMNS } = (await import(new URL('../../../web/alerts.js', import.meta.url).href)) as {
  readonly ALERT_COLUMNS: readonly Column[];
};

const why = (alert: unknown) => ALERT_COLUMNS.find(({ label }) => label === 'Why')?.cell(alert);

describe('a row of the alerts', () => {
  it('says the model’s first reason, or else what weighs in the risk', () => {
    const evidence = [{ name: 'kind', points: 14, text: 'Port Scan: weight of this kind of attack' }];
    const reasons = [{ feature: 'sourceWindowPairPorts', value: 142, text: '142 ports of one host tried in 3.1 s' }];
    expect(why({ smartids: { alert: { evidence, reasons } } })).toBe(reasons[0]?.text);
    expect(why({ smartids: { alert: { evidence, reasons: [] } } })).toBe(evidence[0]?.text);
    expect(why({})).toBe('–');
  });
});
