// model: features of an HTTP/1 request's first bytes (RFC 9112): how it is written, by whom, and what it says.

import { COMMAND_WORDS } from './command-words.ts';
import { decodeWords } from './decode-words.ts';
import { BROWSER, OLD_BROWSER, SCANNER, TOOL } from './http-agents.ts';
import { type HttpRequest, header, readHttpRequest } from './http-head.ts';
import { ADDRESS_LOOKUP, DYNAMIC_ZONE, RARE_ZONE } from './name-words.ts';
import { flag, payloadFeatures } from './payload-features.ts';
import type { PayloadView } from './payload-view.ts';
import { SCRIPT_WORDS } from './script-words.ts';
import { SQL_WORDS } from './sql-words.ts';
import { countFound, countOf, digitShare, isBinary, textEntropy } from './text-measures.ts';
import { CREDENTIALS, LOGIN_WORDS, SCAN_WORDS } from './web-words.ts';

/** Protocols that borrow the form of HTTP's first line. */
const OTHER_PROTOCOL = / (?:sip|rtsp|icap|icy)\/\d/;

const EXECUTABLE =
  /\.(?:exe|dll|scr|msi|jar|hta|vbs|ps1|bat|cmd|class|elf|sh|apk|arm\d?|mips|mpsl|x86|sh4|ppc|i\d86|bin|dat|xap|swf)$/;
const SCRIPT = /\.(?:php\d?|aspx?|jspx?|cgi|pl|do|action|cfm)(?:\/|$)/;
const ADDRESS = /^\[?[\d.:a-f]*\]?(?::\d+)?$/;
const PORT = /:\d+$/;
/** A header's line by itself: what slow requests drip, where the capture began after them. */
const HEADER_LINE = /^[a-z][\w-]{0,40}: ?[^\r\n]{0,120}\r\n(?:\r\n)?$/;
/** Ranges that one request asks for at most, where it is no attempt to make the server work (CVE-2011-3192). */
const MAX_RANGE_COMMAS = 4;
/** What calls itself a browser in fewer characters is none. */
const SHORTEST_BROWSER = 40;

interface Request extends HttpRequest {
  readonly isPost: boolean;
  /** What is sent beyond the head: target and body. */
  readonly sent: string;
  /** All that is kept, decoded. */
  readonly said: string;
  readonly hasReferer: boolean;
  readonly hasLanguage: boolean;
}

function read(view: PayloadView): Request | undefined {
  const request = readHttpRequest(view);
  if (request === undefined) return undefined;
  const { method, target, body, head, text } = request;
  return {
    ...request,
    isPost: method === 'post' || method === 'put',
    sent: `${target}\n${body}`,
    said: decodeWords(text),
    hasReferer: header(head, 'referer') !== undefined,
    hasLanguage: header(head, 'accept-language') !== undefined,
  };
}

function isAddress(host: string): boolean {
  return ADDRESS.test(host) && /\d\.\d|::/.test(host);
}

/** Two ways to say where the body ends, which two servers may read differently (RFC 9112 §6.3). */
function isFramedTwice({ head, contentLength }: Request): boolean {
  return (
    (contentLength !== undefined && head.includes('transfer-encoding')) ||
    countOf(head, '\ncontent-length') > 1 ||
    countOf(head, '\ntransfer-encoding') > 1
  );
}

/** Nothing but what a program needs to ask: no language, no page it came from, no browser's long name. */
function isBare({ isHeadWhole, hasLanguage, hasReferer, agent }: Request): boolean {
  const isBrowser = agent !== undefined && BROWSER.test(agent) && agent.length >= SHORTEST_BROWSER;
  return isHeadWhole && !hasLanguage && !hasReferer && !isBrowser;
}

/** All 0 where nobody asks for anything in HTTP, but for a header's line that stands alone. */
export const HTTP_REQUEST = payloadFeatures<Request>(
  read,
  {
    httpRequest: () => 1,
    httpGet: ({ method }) => flag(method === 'get'),
    httpPost: ({ isPost }) => flag(isPost),
    httpOtherMethod: ({ isKnown, method, isPost }) => flag(isKnown && method !== 'get' && !isPost),
    httpUnknownMethod: ({ isKnown }) => flag(!isKnown),
    httpMalformed: ({ line, isLineWhole, version }) =>
      flag(isBinary(line) || (isLineWhole && version === undefined && !OTHER_PROTOCOL.test(line))),
    httpOldProtocol: ({ version }) => flag(version === 'http/1.0' || version === 'http/0.9'),
    httpTargetLength: ({ target }) => target.length,
    httpTargetDepth: ({ path }) => countOf(path, '/'),
    httpTargetEntropy: ({ path }) => textEntropy(path),
    httpTargetDigits: ({ path }) => digitShare(path),
    httpQueryLength: ({ query }) => query.length,
    httpQueryKeys: ({ query }) => countOf(query, '=') + countOf(query, '&'),
    httpQueryEntropy: ({ query }) => textEntropy(query),
    httpEscapes: ({ sent }) => countOf(sent, '%'),
    httpExecutable: ({ path }) => flag(EXECUTABLE.test(path)),
    httpScript: ({ path }) => flag(SCRIPT.test(path)),
    /** Header lines whose beginning is kept; -1 where not even the request line ends. */
    httpHeaders: ({ head }) => countOf(head, '\n') - 1,
    httpHostAddress: ({ host = '' }) => flag(isAddress(host)),
    httpHostMissing: ({ host, isHeadWhole }) => flag(host === undefined && isHeadWhole),
    httpHostPort: ({ host = '' }) => flag(PORT.test(host) && !/:(?:80|443)$/.test(host)),
    httpAgentBrowser: ({ agent = '' }) => flag(BROWSER.test(agent)),
    httpAgentOld: ({ agent = '' }) => flag(OLD_BROWSER.test(agent)),
    httpAgentTool: ({ agent = '' }) => flag(TOOL.test(agent)),
    httpAgentScanner: ({ agent = '' }) => flag(SCANNER.test(agent)),
    httpAgentMissing: ({ agent, isHeadWhole }) => flag(agent === undefined && isHeadWhole),
    httpReferer: ({ hasReferer }) => flag(hasReferer),
    httpAcceptLanguage: ({ hasLanguage }) => flag(hasLanguage),
    httpCookie: ({ head }) => flag(header(head, 'cookie') !== undefined),
    httpBasicAuthorization: ({ head }) => flag(header(head, 'authorization')?.startsWith('basic') === true),
    httpForm: ({ head }) => flag(header(head, 'content-type')?.includes('form') === true),
    /** -1 where none is said. */
    httpContentLength: ({ contentLength }) =>
      contentLength === undefined ? -1 : Math.min(Number.parseInt(contentLength, 10) || 0, 1e9),
    httpBodyBinary: ({ body }) => flag(isBinary(body)),
    httpFramingConflict: (request) => flag(isFramedTwice(request)),
    httpManyRanges: ({ head }) => flag(countOf(header(head, 'range') ?? '', ',') > MAX_RANGE_COMMAS),
    httpUnfinishedRequest: ({ isHeadWhole }) => flag(!isHeadWhole),
    httpSqlWords: ({ said }) => countFound(SQL_WORDS, said),
    httpScriptWords: ({ said }) => countFound(SCRIPT_WORDS, said),
    httpCommandWords: ({ said }) => countFound(COMMAND_WORDS, said),
    httpScanWords: ({ target }) => flag(SCAN_WORDS.test(target)),
    httpLoginWords: ({ sent }) => flag(LOGIN_WORDS.test(sent)),
    httpCredentials: ({ sent }) => flag(CREDENTIALS.test(sent)),
    /** Asked of the service, or of a proxy for it. */
    httpAddressLookup: ({ host = '', path }) =>
      flag(ADDRESS_LOOKUP.test(path.startsWith('http') ? `${host} ${path}` : host)),
    httpHostRareZone: ({ host = '' }) => flag(RARE_ZONE.test(host.replace(PORT, ''))),
    httpHostDynamicZone: ({ host = '' }) => flag(DYNAMIC_ZONE.test(host)),
    httpHeaderFragment: () => 0,
    httpDownloadBare: (request) => flag(request.method === 'get' && isBare(request)),
    httpPostBare: (request) => flag(request.isPost && isBare(request)),
  },
  { httpHeaderFragment: ({ asks }) => flag(HEADER_LINE.test(asks.firstText)) },
);
