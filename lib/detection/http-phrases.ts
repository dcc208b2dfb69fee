// detection: how an HTTP request is written, by whom, and what it says, in words.

import { counter, flag } from './flow-phrases.ts';
import { count, formatNumber, percent } from './number-words.ts';
import type { Phrases } from './phrase.ts';
import { partsOf } from './sentence-part.ts';

const { flag: part, number: measured } = partsOf('HTTP request');
const bits = (value: number): string => `${formatNumber(value)} bits`;

/** In the order in which one sentence tells them: what is asked, how, by whom, and what a visitor's browser would have added. */
export const REQUEST_PHRASES: Phrases = {
  httpGet: flag('HTTP GET request', 'no HTTP GET request'),
  httpPost: flag('HTTP POST request', 'no HTTP POST request'),
  httpOtherMethod: flag('HTTP request of a rare method', 'no HTTP request of a rare method'),
  httpUnknownMethod: flag('HTTP request of an unknown method', 'no HTTP request of an unknown method'),
  httpRequest: flag('HTTP request', 'no HTTP request'),
  httpScript: part('to a script', 'not to a script'),
  httpExecutable: part('for a program file', 'not for a program file'),
  httpScanWords: part('for a place that scanners try', 'not for a place that scanners try'),
  httpAddressLookup: part("to a service that tells a host's public address", 'not to a service that tells addresses'),
  httpHostRareZone: part('to a host in a zone of short-lived names', 'not to a zone of short-lived names'),
  httpHostDynamicZone: part('to a host in a zone of dynamic names', 'not to a zone of dynamic names'),
  httpHostAddress: part('to a bare address instead of a name', 'to a host by its name'),
  httpHostPort: part('to a port of its own', 'to the usual port'),
  httpHostMissing: part('that names no host', 'that names its host'),
  httpOldProtocol: part('in HTTP/1.0 or older', 'in HTTP/1.1'),
  httpMalformed: part('with a first line out of form', 'with a first line in form'),
  httpFramingConflict: part(
    'with two statements of where its body ends',
    'with one statement at most of where its body ends',
  ),
  httpManyRanges: part('for many ranges of one file', 'not for many ranges'),
  httpUnfinishedRequest: part('whose headers never end', 'with all its headers'),
  httpCredentials: part('with a name and a password side by side', 'without a name and a password side by side'),
  httpBasicAuthorization: part('with a name and password in a header (Basic)', 'without a password in a header'),
  httpLoginWords: part('that speaks of a login', 'that does not speak of a login'),
  httpTargetLength: measured((value) => `for a target of ${characters(value)}`, formatNumber),
  httpTargetDepth: measured((value) => `for a path ${count(value, 'step', 'steps')} deep`, formatNumber),
  httpTargetEntropy: measured((value) => `for a path with ${bits(value)} of entropy a character`, bits),
  httpTargetDigits: measured((value) => `for a path of which ${percent(value)} are digits`, percent),
  httpQueryLength: measured(
    (value) => (value > 0 ? `with a query of ${characters(value)}` : 'without a query'),
    formatNumber,
  ),
  httpQueryKeys: measured(
    (value) => (value > 0 ? `with ${count(value, 'sign', 'signs')} (= and &) in its query` : 'without keys in a query'),
    formatNumber,
  ),
  httpQueryEntropy: measured((value) => `with ${bits(value)} of entropy a character in its query`, bits),
  httpHeaders: measured((value) => `with ${count(value, 'header', 'headers')}`, formatNumber),
  httpForm: part('with a form', 'without a form'),
  httpContentLength: measured(
    (value) => (value < 0 ? 'without a stated length' : `that announces ${count(value, 'byte', 'bytes')}`),
    (value) => formatNumber(Math.max(value, 0)),
  ),
  httpBodyBinary: part('with a binary body', 'without a binary body'),
  httpDownloadBare: part('with no more than a program needs', 'with more than a program needs'),
  httpPostBare: part('with no more than a program needs', 'with more than a program needs'),
  httpAgentScanner: part('by a client that calls itself a scanner', 'by a client that does not call itself a scanner'),
  httpAgentMissing: part('by a client that does not name itself', 'by a client that names itself'),
  httpAgentOld: part('by a client that calls itself an outdated browser', 'by no outdated browser'),
  httpAgentTool: part('by a client that calls itself a tool', 'by a client that does not call itself a tool'),
  httpReferer: part('from a page that it names', 'without a page it came from'),
  httpAcceptLanguage: part('with Accept-Language', 'without Accept-Language'),
  httpCookie: part('with a cookie', 'without a cookie'),
  httpAgentBrowser: part('by a client that calls itself a browser', 'by a client that does not call itself a browser'),
};

function characters(value: number): string {
  return count(value, 'character', 'characters');
}

export const HTTP_PHRASES: Phrases = {
  ...REQUEST_PHRASES,
  httpSqlWords: counter('piece of SQL in the request', 'pieces of SQL in the request'),
  httpScriptWords: counter('piece of script in the request', 'pieces of script in the request'),
  httpCommandWords: counter('shell or path pattern in the request', 'shell or path patterns in the request'),
  httpEscapes: counter('escaped character in the request', 'escaped characters in the request'),
  httpHeaderFragment: flag('a header line by itself, no request before it', 'no header line by itself'),
  httpOddPort: flag('HTTP request to a port that is not for the web', 'no HTTP request to an unusual port'),
};
