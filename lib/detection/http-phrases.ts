// detection: what an HTTP request and its answer are like, in words, but for what they say (said-phrases.ts).

import { counter, flag, number } from './flow-phrases.ts';
import { count, formatNumber, percent } from './number-words.ts';
import type { Phrases } from './phrase.ts';

/** What is there, or "no …". */
const PARTS: Readonly<Record<string, string>> = {
  httpRequest: 'HTTP request',
  httpUnknownMethod: 'HTTP request with a method that nobody knows',
  httpExecutable: 'program file asked for',
  httpScript: 'page made by a script asked for',
  httpAgentBrowser: 'browser named as who asks',
  httpAgentOld: 'browser of before 2013 named as who asks',
  httpAgentTool: 'tool or library named as who asks',
  httpAgentScanner: 'vulnerability scanner named as who asks',
  httpReferer: 'page named that the request came from',
  httpAcceptLanguage: 'language asked for',
  httpCookie: 'cookie in the request',
  httpForm: 'form sent',
  httpBodyBinary: 'binary data in the request’s body',
  httpFramingConflict: 'request that ends in two places (request smuggling)',
  httpManyRanges: 'request for many ranges of one file',
  httpScanWords: 'place asked for that scanners try',
  httpCredentials: 'user name with its password in the request',
  httpAddressLookup: 'request for its own public address',
  httpHostRareZone: 'request to a host in a zone of cheap names',
  httpHostDynamicZone: 'request to a host with a dynamic name',
  httpHeaderFragment: 'lone header line as a packet of its own',
  httpDownloadBare: 'download asked for without anything that browsers say',
  httpPostBare: 'data sent without anything that browsers say',
  httpAnswered: 'HTTP answer',
  httpAnswerExecutable: 'answer of a program’s type',
  httpAnswerAttachment: 'answer to be saved as a file',
  httpAnswerTool: 'answer of a small script’s web server',
  httpAnswerEncoded: 'answer encoded or in pieces',
  httpAnswerMalformed: 'malformed HTTP answer',
};

const STATUS: Readonly<Record<string, string>> = {
  httpOk: 'answered with HTTP success',
  httpRedirect: 'answered with an HTTP redirect',
  httpNotFound: 'answered with HTTP status 404 (not found)',
  httpTimedOut: 'answered with HTTP status 408 (timed out)',
  httpClientError: 'answered with an HTTP error of the client (4xx)',
  httpServerError: 'answered with an HTTP error of the server (5xx)',
};

export const HTTP_PHRASES: Phrases = {
  ...Object.fromEntries(Object.entries(PARTS).map(([name, words]) => [name, flag(words, `no ${words}`)])),
  ...Object.fromEntries(Object.entries(STATUS).map(([name, words]) => [name, flag(words, `not ${words}`)])),
  httpMalformed: flag('malformed HTTP request', 'no malformed HTTP request'),
  httpOldProtocol: flag('request of HTTP 1.0 or older', 'no request of HTTP 1.0 or older'),
  httpTargetDepth: counter('slash in the request’s path', 'slashes in the request’s path'),
  httpTargetEntropy: number((value) => `${value} bits a character in the request’s path`),
  httpTargetDigits: { text: (value) => `request’s path ${percent(value)} digits`, unit: percent },
  httpQueryEntropy: number((value) => `${value} bits a character in the query string`),
  httpHeaders: { text: (value) => count(Math.max(0, value), 'header line', 'header lines'), unit: formatNumber },
  httpHostAddress: flag('host asked for by its address', 'host not asked for by its address'),
  httpHostMissing: flag('request that names no host', 'no request without a host'),
  httpHostPort: flag('host asked for at an unusual port', 'host not asked for at an unusual port'),
  httpAgentMissing: flag('request that does not say who asks', 'no request that hides who asks'),
  httpContentLength: {
    text: (value) =>
      value < 0 ? 'no length of a body in the request' : `${formatNumber(value)} bytes of body announced`,
    unit: formatNumber,
  },
  httpAnswerLength: {
    text: (value) => (value < 0 ? 'no length in an HTTP answer' : `${formatNumber(value)} bytes of answer announced`),
    unit: formatNumber,
  },
};
