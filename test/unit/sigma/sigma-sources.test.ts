// sigma: what rules and detectors look for is there, or its absence has a reason.
import { describe, expect, it } from 'vitest';
import { DOCUMENT_FIELDS } from '../../../lib/document/document-kind.ts';
import type { FieldTable } from '../../../lib/document/field.ts';
import { FIELD_ALIASES } from '../../../lib/document/field-aliases.ts';
import { NETWORK_LOG_TYPE, UNANSWERED } from '../../../local/sigma/security-analytics.ts';
import { logSourceId, logSourceText } from '../../../local/sigma/sigma-source.ts';
import { SIGMA_SOURCES } from '../../../local/sigma/sources.ts';
import { SIGMA_CASES } from '../../golden/sigma/rules.ts';

const FIELDS: FieldTable = DOCUMENT_FIELDS.flows;
const ALIASES = FIELD_ALIASES.flows;

describe('a Sigma log source', () => {
  it.each(SIGMA_SOURCES)('$logsource names fields that are searched', ({ fields, values = {}, missing }) => {
    const types = Object.values(fields).map((name) => [name, FIELDS[name]?.type ?? 'none'] as const);
    expect(types.filter(([, type]) => type === 'none' || type === 'stored')).toEqual([]);
    expect(Object.keys(values).filter((name) => !(name in fields))).toEqual([]);
    expect(Object.keys(missing).filter((name) => name in fields)).toEqual([]);
  });

  it('stands once, and is tried by a rule', () => {
    const ids = SIGMA_SOURCES.map(({ logsource }) => logSourceId(logsource));
    expect(new Set(ids).size).toBe(ids.length);
    const rules = Object.values(SIGMA_CASES).map(({ rule }) => rule);
    const untried = SIGMA_SOURCES.map(({ logsource }) => logSourceText(logsource)).filter(
      (text) => !rules.some((rule) => rule.includes(`{ ${text} }`)),
    );
    expect(untried).toEqual([]);
  });
});

describe('Security Analytics’ network log type', () => {
  it('finds each name it looks for as a field or an alias, or it is said why not', () => {
    for (const [raw, looked] of Object.entries(NETWORK_LOG_TYPE)) {
      const isThere = FIELDS[looked] !== undefined || ALIASES[looked] !== undefined;
      expect(isThere !== looked in UNANSWERED, `${raw} → ${looked}`).toBe(true);
    }
  });

  it('is what our aliases under its name are for', () => {
    const looked = new Set(Object.values(NETWORK_LOG_TYPE));
    const own = Object.entries(ALIASES).filter(([, { of }]) => of === 'Security Analytics');
    expect(own.map(([name]) => name).filter((name) => !looked.has(name))).toEqual([]);
  });
});
