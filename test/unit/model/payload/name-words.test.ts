import { describe, expect, it } from 'vitest';
import { ADDRESS_LOOKUP, chosenLabel, DYNAMIC_ZONE, RARE_ZONE } from '../../../../lib/model/payload/name-words.ts';
import {
  consonantRun,
  countOf,
  digitShare,
  isBinary,
  textEntropy,
} from '../../../../lib/model/payload/text-measures.ts';

describe('a name', () => {
  it.each([
    'a.no-ip.org',
    'x.ddns.net',
    'x.dyndns-ip.com',
    'b.hopto.org',
    'a.3322.org',
    'a1.ngrok-free.app',
    'z.onion.to',
  ])('%s is in a dynamic zone', (name) => expect(name).toMatch(DYNAMIC_ZONE));

  it.each(['shopto.net', 'theonion.com', 'img3322.example.com', 'dontbeafraid.com', 'www.example.com', ''])(
    '%j is in no dynamic zone',
    (name) => expect(name).not.toMatch(DYNAMIC_ZONE),
  );

  it.each(['a.top', 'b.c.xyz', 'x.onion'])('%s is in a rare zone', (name) => expect(name).toMatch(RARE_ZONE));
  it.each(['top.example', 'top', 'a.stop', 'a.com'])('%s is in no rare zone', (name) =>
    expect(name).not.toMatch(RARE_ZONE),
  );

  it.each(['api.ipify.org', 'checkip.amazonaws.com', 'ip-api.com', 'curlmyip.net', 'v4.ident.me', 'ifconfig.me'])(
    '%s tells a host its address',
    (name) => expect(name).toMatch(ADDRESS_LOOKUP),
  );

  it.each(['zipify.com', 'president.medium.com', 'shipapi.com', 'www.example.com'])('%s does not', (name) =>
    expect(name).not.toMatch(ADDRESS_LOOKUP),
  );

  it('has its longest label but the last chosen for it', () => {
    expect(chosenLabel('a.shopping.verylongzone')).toBe('shopping');
    expect(chosenLabel('')).toBe('');
  });
});

describe('a text', () => {
  it('is measured, and none is 0', () => {
    expect(textEntropy('abcd')).toBe(2);
    expect(digitShare('a1b2')).toBe(0.5);
    expect(consonantRun('strength')).toBe(4);
    expect(countOf('aaa', 'aa')).toBe(2);
    expect([textEntropy(''), digitShare(''), consonantRun(''), countOf('', 'a')]).toEqual([0, 0, 0, 0]);
  });

  it('is binary from the first byte on that nobody prints', () => {
    expect(isBinary('a\tb\r\n~ ')).toBe(false);
    expect(isBinary('a\u007f')).toBe(true);
    expect(isBinary('ü')).toBe(true);
  });
});
