// model: features of an HTTP/1 request's first bytes (RFC 9112): how it is written, by whom, and what it says.

import { ADDRESS_LOOKUP, DYNAMIC_ZONE, nameEntropy, RARE_ZONE } from './name-words.ts';
import {
  countFound,
  countOf,
  flag,
  isPrintable,
  type PayloadFeatures,
  type PayloadView,
  writer,
} from './payload-view.ts';
import {
  COMMAND_WORDS,
  CREDENTIALS,
  decodeWords,
  LOGIN_WORDS,
  SCAN_WORDS,
  SCRIPT_WORDS,
  SQL_WORDS,
} from './web-words.ts';

/** `METHOD target HTTP/x.y`; the target may be cut by the kept bytes' end. */
const REQUEST = /^([a-z_]{3,12}) {1,3}(\S*)(?: {1,3}(http\/\d\.\d))?/;
const TCP = 6;

/** RFC 9110 §9, WebDAV (RFC 4918), and what speaks HTTP's form beside it: UPnP, RTSP, RPC over HTTP. */
const METHODS = new Set(
  (
    'get post head put options delete patch propfind proppatch connect trace search report mkcol copy move lock unlock merge ' +
    'notify subscribe unsubscribe describe setup play rpc_in_data rpc_out_data ccm_post bits_post source'
  ).split(' '),
);

/** Protocols that borrow the form of HTTP's first line. */
const OTHER_PROTOCOL = / (?:sip|rtsp|icap|icy)\/\d/;

const EXECUTABLE =
  /\.(?:exe|dll|scr|msi|jar|hta|vbs|ps1|bat|cmd|class|elf|sh|apk|arm\d?|mips|mpsl|x86|sh4|ppc|i\d86|bin|dat|xap|swf)(?:[?\s]|$)/;
const SCRIPT = /\.(?:php\d?|aspx?|jspx?|cgi|pl|do|action|cfm)(?:[/?\s]|$)/;
/** A header's line by itself: what slow requests drip, where the capture began after them. */
const HEADER_LINE = /^[a-z][\w-]{0,40}: ?[^\r\n]{0,120}\r\n(?:\r\n)?$/;

const BROWSER = /mozilla\/5\.0|opera\//;
const OLD_BROWSER = /mozilla\/[1-4]\.|msie [1-9]\./;
const TOOL =
  /curl|wget|python|java\/|go-http|libwww|perl|okhttp|powershell|winhttp|wininet|ruby|php\/|axios|node|httpclient|aiohttp|scrapy|apachebench|jmeter|siege|bot\b/;
const SCANNER =
  /sqlmap|nikto|nmap|masscan|zgrab|gobuster|dirbuster|dirb\b|ffuf|fuzz faster|wfuzz|hydra|wpscan|acunetix|nessus|openvas|netsparker|arachni|w3af|havij|zmeu|morfeus|nuclei|feroxbuster|whatweb|jorgee|burp|skipfish|zap\b|qualys|censys|paros|webinspect|joomscan|commix/;

const names = [
  ...['httpRequest', 'httpGet', 'httpPost', 'httpOtherMethod', 'httpUnknownMethod', 'httpMalformed', 'httpOldProtocol'],
  ...[
    'httpTargetLength',
    'httpTargetDepth',
    'httpTargetEntropy',
    'httpTargetDigits',
    'httpQueryLength',
    'httpQueryKeys',
    'httpQueryEntropy',
  ],
  ...[
    'httpEscapes',
    'httpExecutable',
    'httpScript',
    'httpHeaders',
    'httpHostAddress',
    'httpHostMissing',
    'httpHostPort',
  ],
  ...['httpAgentBrowser', 'httpAgentOld', 'httpAgentTool', 'httpAgentScanner', 'httpAgentMissing', 'httpReferer'],
  ...['httpAcceptLanguage', 'httpCookie', 'httpBasicAuthorization', 'httpForm', 'httpContentLength', 'httpBodyBinary'],
  ...['httpFramingConflict', 'httpManyRanges', 'httpUnfinishedRequest', 'httpSqlWords', 'httpScriptWords'],
  ...['httpCommandWords', 'httpScanWords', 'httpLoginWords', 'httpCredentials'],
  ...[
    'httpAddressLookup',
    'httpHostRareZone',
    'httpHostDynamicZone',
    'httpHeaderFragment',
    'httpDownloadBare',
    'httpPostBare',
  ],
];

/** A header's value as far as it is kept, or nothing. */
function header(text: string, name: string): string | undefined {
  const at = text.indexOf(`\n${name}:`);
  if (at < 0) return undefined;
  const from = at + name.length + 2;
  const end = text.indexOf('\r', from);
  return text.slice(from, end < 0 ? undefined : end).trim();
}

function digitShare(text: string): number {
  let digits = 0;
  for (let k = 0; k < text.length; k += 1) {
    const code = text.charCodeAt(k);
    if (code >= 0x30 && code <= 0x39) digits += 1;
  }
  return text.length === 0 ? 0 : digits / text.length;
}

function isBinary(text: string): boolean {
  for (let k = 0; k < text.length; k += 1) if (!isPrintable(text.charCodeAt(k))) return true;
  return false;
}

/** Nothing but what a program needs to ask: no language, no page it came from. */
function isBare(language: boolean, referer: boolean, agent: string | undefined): boolean {
  return !language && !referer && (agent === undefined || !BROWSER.test(agent) || agent.length < 40);
}

function write({ asks, protocol }: PayloadView, out: Float32Array, at: number): void {
  const put = writer(out, at);
  const first = asks.firstText;
  const [, method, target = '', version] = REQUEST.exec(first) ?? [];
  const lineEnd = first.indexOf('\n');
  const line = lineEnd < 0 ? first : first.slice(0, lineEnd);
  const isKnown = method !== undefined && METHODS.has(method);
  // Over UDP others borrow the form: SSDP, BitTorrent's local search.
  const isUnknown =
    !isKnown &&
    protocol === TCP &&
    !first.startsWith('m-search') &&
    !first.startsWith('http/') &&
    /http\/\S{0,5}\s*$/.test(line);
  if (!isKnown && !isUnknown) {
    for (const name of names) put(flag(name === 'httpHeaderFragment' && HEADER_LINE.test(first)));
    return;
  }
  const all = asks.text;
  const headEnd = all.indexOf('\r\n\r\n');
  const isWhole = headEnd >= 0;
  const head = isWhole ? all.slice(0, headEnd + 2) : all;
  const body = isWhole ? all.slice(headEnd + 4) : '';
  const query = target.includes('?') ? target.slice(target.indexOf('?') + 1) : '';
  const path = target.includes('?') ? target.slice(0, target.indexOf('?')) : target;
  const host = header(head, 'host');
  const agent = header(head, 'user-agent');
  const contentLength = header(head, 'content-length');
  const contentType = header(head, 'content-type') ?? '';
  const hasReferer = header(head, 'referer') !== undefined;
  const hasLanguage = header(head, 'accept-language') !== undefined;
  const isPost = method === 'post' || method === 'put';
  const isCut = !isWhole;

  put(1);
  put(flag(method === 'get'));
  put(flag(isPost));
  put(flag(isKnown && method !== 'get' && !isPost));
  put(flag(isUnknown));
  put(flag(isBinary(line) || (lineEnd >= 0 && version === undefined && !OTHER_PROTOCOL.test(line))));
  put(flag(version === 'http/1.0' || version === 'http/0.9'));
  put(target.length);
  put(countOf(path, '/'));
  put(nameEntropy(path));
  put(digitShare(path));
  put(query.length);
  put(query.length === 0 ? 0 : countOf(query, '=') + countOf(query, '&'));
  put(nameEntropy(query));
  put(countOf(`${target}${body}`, '%'));
  put(flag(EXECUTABLE.test(path)));
  put(flag(SCRIPT.test(path)));
  put(countOf(head, '\n') - 1);
  put(flag(/^\[?[\d.:a-f]*\]?(?::\d+)?$/.test(host ?? 'none') && /\d\.\d|::/.test(host ?? '')));
  put(flag(host === undefined && isWhole));
  put(flag(/:\d+$/.test(host ?? '') && !/:(?:80|443)$/.test(host ?? '')));
  put(flag(agent !== undefined && BROWSER.test(agent)));
  put(flag(agent !== undefined && OLD_BROWSER.test(agent)));
  put(flag(agent !== undefined && TOOL.test(agent)));
  put(flag(SCANNER.test(agent ?? '')));
  put(flag(agent === undefined && isWhole));
  put(flag(hasReferer));
  put(flag(hasLanguage));
  put(flag(header(head, 'cookie') !== undefined));
  put(flag((header(head, 'authorization') ?? '').startsWith('basic')));
  put(flag(contentType.includes('form')));
  put(contentLength === undefined ? -1 : Math.min(Number.parseInt(contentLength, 10) || 0, 1e9));
  put(flag(isBinary(body)));
  put(
    flag(
      (contentLength !== undefined && head.includes('transfer-encoding')) ||
        countHeaders(head, 'content-length') > 1 ||
        countHeaders(head, 'transfer-encoding') > 1,
    ),
  );
  put(flag(countOf(header(head, 'range') ?? '', ',') > 4));
  put(flag(isCut));
  const said = decodeWords(all);
  put(countFound(SQL_WORDS, said));
  put(countFound(SCRIPT_WORDS, said));
  put(countFound(COMMAND_WORDS, said));
  put(flag(SCAN_WORDS.test(target)));
  put(flag(LOGIN_WORDS.test(`${target}\n${body}`)));
  put(flag(CREDENTIALS.test(`${target}\n${body}`)));
  put(flag(ADDRESS_LOOKUP.test(`${host ?? ''}${path.startsWith('http') ? path : ''}`)));
  put(flag(RARE_ZONE.test(host ?? '')));
  put(flag(DYNAMIC_ZONE.test(host ?? '')));
  put(0);
  put(flag(method === 'get' && isWhole && isBare(hasLanguage, hasReferer, agent)));
  put(flag(isPost && isWhole && isBare(hasLanguage, hasReferer, agent)));
}

function countHeaders(head: string, name: string): number {
  let count = 0;
  const line = `\n${name}`;
  for (let at = head.indexOf(line); at >= 0; at = head.indexOf(line, at + 1)) count += 1;
  return count;
}

/** All 0 where nobody asks for anything in HTTP. */
export const HTTP_REQUEST: PayloadFeatures = { names, write };
