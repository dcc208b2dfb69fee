// app: an HTTP/1 conversation by its ECS names, and that no password is among them.
import { describe, expect, it } from 'vitest';
import { dissectHttp } from '../../../lib/app/http.ts';
import { latin1, tcp } from './tls-bytes.ts';

const http = (request: string, response = '') => dissectHttp(tcp(latin1(request), latin1(response), [40_000, 80]));
const SECRET = 'geheim';

describe('HTTP', () => {
  it('reads the first request and the first final response', () => {
    const request =
      'POST /a/b?c=d&e HTTP/1.1\r\nhOsT: Www.Example.org:8080\r\nUser-Agent:  x y \r\nReferer: http://r.example/z\r\n' +
      'Content-Type: Text/Plain; charset=x\r\nContent-Length: 3\r\n\r\nabcGET /2 HTTP/1.1\r\nHost: x\r\n\r\nGET /3 HTT';
    const response =
      'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 404 Not Found\r\nServer: s/1\r\nContent-Type: text/html\r\nContent-Length: 12\r\n\r\n';
    expect(http(request, response)).toEqual({
      network: { protocol: 'http' },
      http: {
        version: '1.1',
        request: { method: 'POST', referrer: 'http://r.example/z', mime_type: 'text/plain', body: { bytes: 3 } },
        response: { status_code: 404, mime_type: 'text/html', body: { bytes: 12 } },
      },
      url: { original: '/a/b?c=d&e', domain: 'www.example.org', port: 8080, path: '/a/b', query: 'c=d&e' },
      user_agent: { original: 'x y' },
      smartids: { http: { host: 'Www.Example.org:8080', server: 's/1', requests: 3 } },
    });
  });

  it('finds the client on either side', () => {
    const [request, response] = ['GET / HTTP/1.0\r\n\r\n', 'HTTP/1.0 200 OK\r\n\r\n'];
    expect(http(response, request)).toEqual(http(request, response));
    expect(http(response)?.http.response?.status_code).toBe(200);
  });

  it.each([
    ['CONNECT mail.example:443 HTTP/1.1\r\n\r\n', { domain: 'mail.example', port: 443, original: 'mail.example:443' }],
    ['GET http://u@[2001:DB8::1]:81/p HTTP/1.1\r\nHost: x\r\n\r\n', { domain: '2001:db8::1', port: 81, username: 'u' }],
    ['GET http://h.example?q HTTP/1.1\r\n\r\n', { scheme: 'http', domain: 'h.example', query: 'q' }],
    ['OPTIONS * HTTP/1.1\r\nHost: a.example\r\n\r\n', { original: '*', domain: 'a.example' }],
    ['GET //x://y HTTP/1.1\r\nHost: [::1]\r\n\r\n', { path: '//x://y', domain: '::1' }],
    ['GET / HTTP/1.1\r\nHost: a:99999\r\n\r\n', { domain: 'a' }],
  ])('reads the target of %j', (request, url) => {
    expect(http(request)?.url).toMatchObject(url);
  });

  it.each([
    ['GET /very-lo', undefined, '/very-lo'],
    ['GET /old\r\n', '0.9', '/old'],
    ['BREW /pot HTTP/1.1\r\n\r\n', '1.1', '/pot'],
    ['\r\n\r\nGET /behind-empty-lines HTTP/1.1\r\n\r\n', '1.1', '/behind-empty-lines'],
  ])('takes %j for a request', (text, version, original) => {
    expect(http(text)?.http.version).toBe(version);
    expect(http(text)?.url?.original).toBe(original);
  });

  it.each([
    ...['', 'G', 'GETX / XYZ/1.1\r\n', 'get / HTTP/1.1\r\n', 'USER anonymous\r\n', 'GET me out of here\r\n'],
    ...['HTTP/1.1 99 x\r\n', 'OPTIONS sip:a@b SIP/2.0\r\n', 'DESCRIBE rtsp://a RTSP/1.0\r\n'],
  ])('is not %j', (text) => {
    expect(http(text)).toBeUndefined();
  });

  it('takes no header from a body, nor one that is cut', () => {
    expect(http('POST / HTTP/1.1\r\n\r\nHost: evil\r\n\r\n')?.smartids?.http.host).toBeUndefined();
    expect(http('GET / HTTP/1.1\r\nHost: www.exam')?.smartids?.http.host).toBeUndefined();
  });

  it('sees an upgrade and HTTP/2 without one', () => {
    const request = 'GET /chat HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\n\r\n';
    const facts = http(request, 'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n\x81\x05');
    expect(facts).toMatchObject({
      http: { response: { status_code: 101 } },
      smartids: { http: { upgrade: 'websocket' } },
    });
    expect(http('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0')?.network.protocol).toBe('http2');
  });

  it('tells no body of an answer that has none', () => {
    const answer = 'HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n';
    expect(http('HEAD / HTTP/1.1\r\n\r\n', answer)?.http.response?.body).toBeUndefined();
    expect(http('GET / HTTP/1.1\r\n\r\n', answer)?.http.response?.body).toEqual({ bytes: 5 });
    expect(http('GET / HTTP/1.1\r\n\r\n', answer.replace('5', '5x'))?.http.response?.body).toBeUndefined();
  });

  const form = (type: string, body: string) => `POST /login HTTP/1.1\r\nContent-Type: ${type}\r\n\r\n${body}`;
  const multipart = `--b\r\nContent-Disposition: form-data; name="Passwd"\r\n\r\n${SECRET}\r\n--b--`;
  it.each([
    `GET /?user=a&PassWord=${SECRET}&b=c HTTP/1.1\r\n\r\n`,
    `GET /?p%61ss=${SECRET} HTTP/1.1\r\n\r\n`,
    `GET /?user_pwd=${SECRET}`,
    `GET /?a=b;password=x;${SECRET}&c HTTP/1.1\r\n\r\n`,
    `GET http://u:${SECRET}@h.example/ HTTP/1.1\r\n\r\n`,
    `GET / HTTP/1.1\r\nAuthorization: Basic ${Buffer.from(`joe:${SECRET}`).toString('base64')}\r\n\r\n`,
    `GET / HTTP/1.1\r\nAuthorization: Bearer ${SECRET}\r\n\r\n`,
    `CONNECT a:1 HTTP/1.1\r\nProxy-Authorization: Basic ${Buffer.from(`joe:${SECRET}`).toString('base64')}\r\n\r\n`,
    form('application/x-www-form-urlencoded; charset=UTF-8', `user=joe&pwd=${SECRET}`),
    form('multipart/form-data; boundary=b', multipart),
    form('application/json', `{"user":"joe","password" : "${SECRET}"}`),
  ])('says that a password was seen and not which: %j', (request) => {
    const facts = http(request);
    expect(facts?.smartids?.http.credentials_seen).toBe(true);
    expect(JSON.stringify(facts)).not.toContain(SECRET);
    expect(JSON.stringify(facts)).not.toContain(Buffer.from(`joe:${SECRET}`).toString('base64'));
  });

  it('masks a password in the referrer, and keeps the user of Basic authentication', () => {
    const facts = http(
      `GET / HTTP/1.1\r\nReferer: http://a/?x=1&passwd=${SECRET}\r\nAuthorization: basic am9lOng=\r\n\r\n`,
    );
    expect(facts?.http.request?.referrer).toBe('http://a/?x=1&passwd=***');
    expect(facts?.user).toEqual({ name: 'joe' });
  });

  it.each([
    'GET /?compass=north&page=2 HTTP/1.1\r\nHost: a\r\n\r\n',
    'GET /?password= HTTP/1.1\r\nHost: a\r\n\r\n',
    form('application/json', '{"grant":"password"}'),
    form('text/plain', 'password=x'),
  ])('sees no password in %j', (request) => {
    expect(http(request)?.smartids?.http.credentials_seen).toBeUndefined();
  });

  it('bounds what it gives', () => {
    const long = http(`GET /${'a'.repeat(5000)} HTTP/1.1\r\nHost: ${'b'.repeat(5000)}\r\n\r\n`);
    expect(long?.url?.original).toHaveLength(1024);
    expect(long?.url?.domain?.length ?? 0).toBeLessThanOrEqual(256);
  });
});
