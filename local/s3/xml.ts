// s3 xml: the little XML that S3 requests and answers are made of; elements and text, no attributes kept, no document types.
// A reader of our own: fast-xml-parser accepts `<a>` as a document and leaves `&#13;` as it stands, and keys may hold either.
import { S3Error } from './errors.ts';

export interface XmlElement {
  readonly name: string;
  readonly text: string;
  readonly children: readonly XmlElement[];
}

/** What an element holds when it is written: text, or elements in order; `undefined` leaves the element out. */
export type XmlContent = string | number | boolean | undefined | readonly string[];

const DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n';
const NAMESPACE = 'http://s3.amazonaws.com/doc/2006-03-01/';
const MAX_DEPTH = 16;
const NAMED: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

/** Write one element; `content` is text to escape, or elements that are written already. */
export function element(name: string, content: XmlContent): string {
  if (content === undefined) return '';
  const inner = typeof content === 'object' ? content.join('') : escapeText(String(content));
  return `<${name}>${inner}</${name}>`;
}

/** Write a whole answer, with S3's namespace on its root. */
export function document(root: string, children: readonly string[]): string {
  return `${DECLARATION}<${root} xmlns="${NAMESPACE}">${children.join('')}</${root}>`;
}

/** Write the error document, which has no namespace. */
export function errorDocument(children: readonly string[]): string {
  return `${DECLARATION}<Error>${children.join('')}</Error>`;
}

/** Characters that XML cannot hold as they are become references, as S3 itself writes them. */
function escapeText(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is replaced here
  return text.replace(/[&<>"\u0000-\u0008\u000b-\u001f\ufffe\uffff]/g, (character) => {
    if (character === '&') return '&amp;';
    if (character === '<') return '&lt;';
    if (character === '>') return '&gt;';
    if (character === '"') return '&quot;';
    return `&#x${character.charCodeAt(0).toString(16).toUpperCase()};`;
  });
}

interface OpenElement {
  readonly name: string;
  readonly children: XmlElement[];
  text: string;
}

/** Read a request's XML and return its root, which must be named `root`; anything else is MalformedXML. */
export function parseXml(source: string, root: string): XmlElement {
  const top: OpenElement = { name: '', children: [], text: '' };
  const open: OpenElement[] = [top];
  const markup = /<!\[CDATA\[([\s\S]*?)\]\]>|<!--[\s\S]*?-->|<\?[\s\S]*?\?>|<(\/?)([A-Za-z_][\w.:-]*)([^<>]*?)(\/?)>/y;
  let at = 0;
  while (at < source.length) {
    const current = open[open.length - 1] ?? top;
    if (source[at] !== '<') {
      const next = source.indexOf('<', at);
      const end = next < 0 ? source.length : next;
      current.text += unescapeText(source.slice(at, end), at);
      at = end;
      continue;
    }
    markup.lastIndex = at;
    const match = markup.exec(source);
    if (!match) throw malformed('markup that is no element', at);
    const [, cdata, closing, name, , empty] = match;
    if (cdata !== undefined) current.text += cdata;
    if (name !== undefined) step(open, localName(name), closing === '/', empty === '/', at);
    at = markup.lastIndex;
  }
  const [first] = top.children;
  if (open.length !== 1 || !first || top.children.length !== 1 || top.text.trim() !== '')
    throw malformed('not one whole element', source.length);
  if (first.name !== root) throw malformed(`the root is ${first.name}, expected ${root}`, 0);
  return first;
}

/** The first child of that name. */
export function child(parent: XmlElement, name: string): XmlElement | undefined {
  return parent.children.find((candidate) => candidate.name === name);
}

/** The text of the first child of that name. */
export function childText(parent: XmlElement, name: string): string | undefined {
  return child(parent, name)?.text;
}

/** All children of that name, in order. */
export function childrenNamed(parent: XmlElement, name: string): readonly XmlElement[] {
  return parent.children.filter((candidate) => candidate.name === name);
}

function step(open: OpenElement[], name: string, closing: boolean, empty: boolean, at: number): void {
  if (closing) {
    const closed = open.length > 1 ? open.pop() : undefined;
    if (closed?.name !== name) throw malformed(`</${name}> closes nothing`, at);
    open[open.length - 1]?.children.push(closed);
    return;
  }
  if (open.length > MAX_DEPTH) throw malformed(`more than ${MAX_DEPTH} levels`, at);
  const opened: OpenElement = { name, children: [], text: '' };
  if (empty) open[open.length - 1]?.children.push(opened);
  else open.push(opened);
}

function localName(name: string): string {
  return name.slice(name.indexOf(':') + 1);
}

function unescapeText(text: string, at: number): string {
  if (!text.includes('&')) return text;
  return text.replace(/&([^;&]{0,10});?/g, (whole, reference: string) => {
    const code = /^#(?:x([0-9a-fA-F]{1,6})|(\d{1,7}))$/.exec(reference);
    const point = code ? Number.parseInt(code[1] ?? code[2] ?? '', code[1] ? 16 : 10) : -1;
    const value = code && point <= 0x10ffff ? String.fromCodePoint(point) : NAMED[reference];
    if (value === undefined || !whole.endsWith(';')) throw malformed('an unknown entity', at);
    return value;
  });
}

function malformed(what: string, at: number): S3Error {
  return new S3Error('MalformedXML', `The XML you provided was not well-formed: ${what}, at character ${at}.`);
}
