import { describe, expect, it } from 'vitest';
import { HTTP_REQUEST } from '../../../../lib/model/payload/http-request.ts';
import { answers, asks, describePairs, request, saidFeatures, UDP } from './said-features.ts';

const HOST = 'Host: shop.example\r\n';
const FIREFOX = 'User-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0\r\n';
const page = request('GET /', HOST);
const agent = (name: string) => request('GET /', `${HOST}User-Agent: ${name}\r\n`);
const form = (body: string) => request('POST /a', HOST, body);

describePairs('features of an HTTP request', HTTP_REQUEST, {
  httpRequest: [page, asks('GETTING STARTED\r\n')],
  httpGet: [page, request('HEAD /', HOST)],
  httpPost: [request('PUT /a', HOST), page],
  httpOtherMethod: [request('PROPFIND /', HOST), page],
  httpUnknownMethod: [request('CATS /', HOST), asks('CATS / HTTP/1.1\r\n\r\n', { protocol: UDP })],
  httpMalformed: [asks('GET /\r\n\r\n'), asks('SETUP rtsp://h/a RTSP/1.0\r\n\r\n')],
  httpOldProtocol: [asks('GET / HTTP/1.0\r\n\r\n'), page],
  httpTargetLength: [request('GET /abc?d'), request('GET /'), 6, 1],
  httpTargetDepth: [request('GET /a/b/c?d=/e'), request('GET /a'), 3, 1],
  httpTargetEntropy: [request('GET /a/a?xyz'), request('GET //'), 1, 0],
  httpTargetDigits: [request('GET /a12?3'), request('GET /abc?3'), 0.5, 0],
  httpQueryLength: [request('GET /?a=1?2'), request('GET /a=1'), 5, 0],
  httpQueryKeys: [request('GET /?a=1&b=2'), request('GET /a=1&b=2'), 3, 0],
  httpQueryEntropy: [request('GET /abc?abab'), request('GET /abc?aaaa'), 1, 0],
  httpEscapes: [request('POST /%41', HOST, 'b=%42'), request('GET /', 'Cookie: a=%41\r\n'), 2, 0],
  httpExecutable: [request('GET /load.exe?a=1'), request('GET /load.exeter?a=x.exe')],
  httpScript: [request('GET /a.php/b?c'), request('GET /a.phrase?b.php')],
  httpHeaders: [request('GET /', `${HOST}A: b\r\n`), asks('GET /a'), 2, -1],
  httpHostAddress: [request('GET /', 'Host: 192.0.2.1:8080\r\n'), request('GET /', 'Host: 192.shop.example\r\n')],
  httpHostMissing: [request('GET /', 'Hosts: a\r\n'), asks('GET / HTTP/1.1\r\nAcc')],
  httpHostPort: [request('GET /', 'Host: shop.example:81\r\n'), request('GET /', 'Host: shop.example:80\r\n')],
  httpAgentBrowser: [request('GET /', FIREFOX), agent('Mozilla')],
  httpAgentOld: [agent('Mozilla/4.0 (compatible; MSIE 6.0)'), agent('Mozilla/5.0 (compatible)')],
  httpAgentTool: [agent('python-requests/2.32'), agent('Mozilla/5.0 (Boston)')],
  httpAgentScanner: [agent('sqlmap/1.8'), request('GET /sqlmap', HOST)],
  httpAgentMissing: [page, asks('GET / HTTP/1.1\r\nHost: shop.exa')],
  httpReferer: [request('GET /', 'Referer: http://a/\r\n'), request('GET /referer', HOST)],
  httpAcceptLanguage: [request('GET /', 'Accept-Language: en\r\n'), request('GET /', 'Accept: en\r\n')],
  httpCookie: [request('GET /', 'Cookie: a=b\r\n'), request('POST /', HOST, '\nCookie: a=b')],
  httpBasicAuthorization: [
    request('GET /', 'Authorization: Basic YTpi\r\n'),
    request('GET /', 'Authorization: Bearer YTpi\r\n'),
  ],
  httpForm: [
    request('POST /', 'Content-Type: application/x-www-form-urlencoded\r\n'),
    request('POST /form', 'Content-Type: application/json\r\n'),
  ],
  httpContentLength: [request('POST /', 'Content-Length: 123\r\n'), page, 123, -1],
  httpBodyBinary: [request('POST /', HOST, 'a\u0001b'), request('POST /', HOST, 'a\tb')],
  httpFramingConflict: [
    request('POST /', 'Content-Length: 4\r\nTransfer-Encoding: chunked\r\n'),
    request('POST /', 'Content-Length: 4\r\nTE: trailers\r\n'),
  ],
  httpManyRanges: [
    request('GET /', 'Range: bytes=0-,5-0,5-1,5-2,5-3,5-4\r\n'),
    request('GET /', 'Range: bytes=0-4,9-\r\n'),
  ],
  httpUnfinishedRequest: [asks('GET / HTTP/1.1\r\nX-a: 1\r\n'), asks('GET / HTTP/1.1\r\nX-a: 1\r\n\r\n')],
  httpSqlWords: [request("GET /?id=1'+union+select+null--"), request('GET /?id=1&union=select'), 3],
  httpScriptWords: [request('GET /?q=%3Cscript%3Ealert(1)'), request('GET /script/alert?q=1'), 2],
  httpCommandWords: [request('GET /../../etc/passwd'), request('GET /etc/passport'), 2],
  httpScanWords: [request('GET /.env'), request('GET /environment')],
  httpLoginWords: [form('login=a'), form('logic=a')],
  httpCredentials: [form('username=a&password=b'), form('username=a&address=b')],
  httpAddressLookup: [request('GET /', 'Host: api.ipify.org\r\n'), request('GET /api.ipify.org', HOST)],
  httpHostRareZone: [request('GET /', 'Host: a.top:8080\r\n'), request('GET /', 'Host: a.top.example\r\n')],
  httpHostDynamicZone: [request('GET /', 'Host: a.duckdns.org\r\n'), request('GET /', 'Host: duckdnsland.org\r\n')],
  httpHeaderFragment: [asks('X-a: 5120\r\n'), asks('X-a: 5120')],
  httpDownloadBare: [request('GET /a', HOST), request('GET /a', `${FIREFOX}`)],
  httpPostBare: [request('POST /a', HOST), request('POST /a', 'Referer: http://a/\r\n')],
});

describe('an HTTP request', () => {
  it('is read from the side that asks, whichever sent the first packet seen', () => {
    const turned = {
      ...asks('HTTP/1.1 404 Not Found\r\n\r\n'),
      ...answers("GET /a.php?id=1'+or+'1'='1 HTTP/1.1\r\n\r\n"),
    };
    const values = saidFeatures(turned);
    expect(values).toMatchObject({ httpGet: 1, httpScript: 1, httpNotFound: 1, httpAnswered: 1 });
    expect(values['httpSqlWords']).toBeGreaterThan(0);
  });

  it('is read over packets, and one in the answer alone is none', () => {
    const split = { ...asks('POST /a HTTP/1.1\r\n'), sourcePayload1: "\r\nid=1' or '1'='1" };
    expect(saidFeatures(split)['httpSqlWords']).toBeGreaterThan(0);
    expect(saidFeatures(answers('GET /?id=1+or+1=1 HTTP/1.1\r\n\r\n'))['httpRequest']).toBe(0);
  });

  it('has its service for public addresses named to a proxy as well', () => {
    expect(saidFeatures(request('GET http://icanhazip.com/'))['httpAddressLookup']).toBe(1);
  });

  it('is bare with a browser named too shortly to be one', () => {
    const short = request('GET /a.exe', `Host: shop.example\r\nUser-Agent: Mozilla/5.0\r\n`);
    expect(saidFeatures(short)['httpDownloadBare']).toBe(1);
  });
});
