import { describe, expect, it } from 'vitest';
import { S3Error } from '../../../local/s3/errors.ts';
import { decodeUtf8, formEncode, percentDecode } from '../../../local/s3/uri.ts';
import { child, childrenNamed, childText, document, element, parseXml } from '../../../local/s3/xml.ts';

describe('request targets', () => {
  it('have a plus that is a space in a query and itself in a path', () => {
    expect(percentDecode('a+b%20%2B', true).toString()).toBe('a b +');
    expect(percentDecode('a+b%20%2B', false).toString()).toBe('a+b +');
  });

  it.each(['%', '%4', '%zz', 'a%2'])('are refused when a percent sign stands alone (%s)', (raw) => {
    expect(() => percentDecode(raw, false)).toThrow(S3Error);
  });

  it('are refused when they are no UTF-8', () => {
    expect(() => decodeUtf8(Buffer.from([0xc3, 0x28]))).toThrow(S3Error);
    expect(() => decodeUtf8(Buffer.from([0xed, 0xa0, 0x80]))).toThrow(S3Error);
    expect(decodeUtf8(Buffer.from('\uFEFFkey'))).toBe('\uFEFFkey');
  });

  it('are written as forms in listings and events, slashes apart', () => {
    expect(formEncode("a b+c/d~e!'()*ü")).toBe('a+b%2Bc/d%7Ee%21%27%28%29%2A%C3%BC');
  });
});

describe('XML', () => {
  it('gives elements, their text and their children, whatever the prefix', () => {
    const root = parseXml(
      '<?xml version="1.0"?>\n<!-- c --><s3:Delete xmlns:s3="x"><Object><Key> a&amp;&#13;&#x1F600;<![CDATA[<&>]]> </Key></Object><Object/></s3:Delete>',
      'Delete',
    );
    expect(childrenNamed(root, 'Object')).toHaveLength(2);
    const first = child(root, 'Object');
    expect(first && childText(first, 'Key')).toBe(' a&\r😀<&> ');
  });

  it.each([
    ['nothing', ''],
    ['text', 'text'],
    ['an element that is not closed', '<a><b></b>'],
    ['an element behind the root that is not closed', '<a></a><b>'],
    ['a second root', '<a></a><a></a>'],
    ['another root', '<b></b>'],
    ['a wrong closing tag', '<a><b></a></b>'],
    ['an unknown entity', '<a>&nbsp;</a>'],
    ['an entity without an end', '<a>&amp</a>'],
    ['a document type', '<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>'],
    ['too many levels', `${'<a>'.repeat(40)}${'</a>'.repeat(40)}`],
  ])('is refused when it is %s', (_, source) => {
    expect(() => parseXml(source, 'a')).toThrow(/^The XML you provided was not well-formed/);
  });

  it('is written with what it cannot hold as references', () => {
    expect(element('Key', 'a<b>&"\r\u0001')).toBe('<Key>a&lt;b&gt;&amp;&quot;&#xD;&#x1;</Key>');
    expect(element('None', undefined)).toBe('');
    expect(document('R', [element('A', 1)])).toContain(
      '<R xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><A>1</A></R>',
    );
  });
});
