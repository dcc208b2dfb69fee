import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type EmbeddedStore, startEmbedded } from './embedded-store.ts';
import {
  encode,
  freshKey,
  presign,
  type RawRequest,
  type RawTarget,
  send,
  signedSend,
  signHeaders,
  type WireRequest,
} from './raw-client.ts';

const NOW = Date.UTC(2026, 10, 22, 12, 0, 0);
const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

let embedded: EmbeddedStore;
let target: RawTarget;
let now = NOW;

beforeAll(async () => {
  embedded = await startEmbedded({ clock: () => now });
  target = embedded.target;
  await signedSend(target, { ...get('/captures/there'), method: 'PUT', body: 'there' });
});
afterAll(() => embedded.close());

function get(path: string, further: Partial<RawRequest> = {}): RawRequest {
  return { method: 'GET', path, date: new Date(NOW), ...further };
}

/** Sign, change, send; the status and the code of what came back. */
async function outcome(wire: WireRequest, change: (wire: WireRequest) => void = () => undefined): Promise<string> {
  change(wire);
  const response = await send(target, wire);
  return response.code ? `${response.status} ${response.code}` : `${response.status}`;
}

const signed = (request: RawRequest, as: RawTarget = target) => signHeaders(as, request);

describe('a request signed in its header', () => {
  it('is served', async () => {
    expect(await outcome(signed(get('/captures/there')))).toBe('200');
    expect(
      await outcome(signed(get('/captures/there', { headers: { 'x-amz-meta-spaces': 'a  b' } })), (wire) => wire),
    ).toBe('403 SignatureDoesNotMatch');
  });

  it('is refused when the method, the path, the query or a signed header was changed', async () => {
    const request = get('/captures/there', { headers: { range: 'bytes=0-1' }, query: [['response-expires', 'x']] });
    expect(await outcome(signed(request))).toBe('206');
    const changes: Readonly<Record<string, (wire: WireRequest) => void>> = {
      method: (wire) => (wire.method = 'DELETE'),
      path: (wire) => (wire.path = wire.path.replace('there', 'their')),
      value: (wire) => (wire.path = `${wire.path}y`),
      parameter: (wire) => (wire.path = `${wire.path}&max-keys=1`),
      header: (wire) => (wire.headers['range'] = 'bytes=0-2'),
      host: (wire) => (wire.headers['host'] = 'elsewhere.example'),
      hash: (wire) => (wire.headers['x-amz-content-sha256'] = 'UNSIGNED-PAYLOAD'),
      date: (wire) => (wire.headers['x-amz-date'] = '20261122T120001Z'),
    };
    for (const [name, change] of Object.entries(changes))
      expect(await outcome(signed(request), change), name).toBe('403 SignatureDoesNotMatch');
    expect((await signedSend(target, get('/captures/there'))).body.toString()).toBe('there');
  });

  it('is refused when an x-amz header or the host was not signed', async () => {
    const add = (wire: WireRequest) => (wire.headers['x-amz-meta-added'] = 'x');
    expect(await outcome(signed(get('/captures/there')), add)).toBe('403 AccessDenied');
    const noHost = (wire: WireRequest) =>
      (wire.headers['authorization'] = wire.headers['authorization']?.replace('host;', '') ?? '');
    expect(await outcome(signed(get('/captures/there')), noHost)).toBe('403 AccessDenied');
  });

  it('is refused from a stranger, with a wrong secret, for another region, service or day', async () => {
    const request = get('/captures/there');
    expect(await outcome(signed(request, { ...target, accessKeyId: 'NOBODY' }))).toBe('403 InvalidAccessKeyId');
    expect(await outcome(signed(request, { ...target, secretAccessKey: 'x' }))).toBe('403 SignatureDoesNotMatch');
    expect(await outcome(signed(request, { ...target, region: 'mars-1' }))).toBe('400 AuthorizationHeaderMalformed');
    const replace = (from: string, to: string) => (wire: WireRequest) =>
      (wire.headers['authorization'] = wire.headers['authorization']?.replace(from, to) ?? '');
    expect(await outcome(signed(request), replace('/s3/', '/sqs/'))).toBe('400 AuthorizationHeaderMalformed');
    expect(await outcome(signed(request), replace('/20261122/', '/20261121/'))).toBe(
      '400 AuthorizationHeaderMalformed',
    );
  });

  it('holds for fifteen minutes either way', async () => {
    const at = (ms: number) => outcome(signed(get('/captures/there', { date: new Date(NOW + ms) })));
    expect(await at(-15 * MINUTE)).toBe('200');
    expect(await at(15 * MINUTE)).toBe('200');
    expect(await at(-16 * MINUTE)).toBe('403 RequestTimeTooSkewed');
    expect(await at(16 * MINUTE)).toBe('403 RequestTimeTooSkewed');
  });

  it.each([
    ['nothing at all', ''],
    ['an unknown scheme', 'Bearer x'],
    ['the old signature', 'AWS AKID:c2lnbmF0dXJl'],
    ['a header without fields', 'AWS4-HMAC-SHA256 '],
    [
      'a header without a signature',
      'AWS4-HMAC-SHA256 Credential=a/20261122/us-east-1/s3/aws4_request, SignedHeaders=host',
    ],
    ['a credential without a scope', 'AWS4-HMAC-SHA256 Credential=a, SignedHeaders=host, Signature=00'],
    [
      'an empty signature',
      'AWS4-HMAC-SHA256 Credential=a/20261122/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=',
    ],
  ])('is refused when the header holds %s', async (_, authorization) => {
    for (const method of ['GET', 'HEAD', 'PUT', 'POST', 'DELETE', 'PATCH']) {
      const wire = signed({ ...get('/captures/there'), method });
      const code = await outcome(wire, () => {
        if (authorization === '') delete wire.headers['authorization'];
        else wire.headers['authorization'] = authorization;
      });
      expect(code, method).toMatch(/^40[03]( |$)/);
    }
  });

  it('verifies with the host as the client wrote it, and with a Date header in the place of x-amz-date', async () => {
    const named = (endpoint: string) => signHeaders({ ...target, endpoint }, get('/captures/there'));
    expect(await outcome(named('http://bucket.example'))).toBe('200');
    expect(await outcome(named('http://bucket.example:8080'))).toBe('200');
    expect(await outcome(signed(get('/captures/there', { plainDate: true })))).toBe('200');
    const late = get('/captures/there', { plainDate: true, date: new Date(NOW - 16 * MINUTE) });
    expect(await outcome(signed(late))).toBe('403 RequestTimeTooSkewed');
  });

  it('may name the bucket in its host', async () => {
    const wire = signHeaders({ ...target, endpoint: 'http://captures.localhost:9000' }, get('/there'));
    expect((await send(target, wire)).body.toString()).toBe('there');
  });

  it('of a path that needs encoding verifies as it was sent', async () => {
    const key = `${encode("ä b+!'()*&=?#%")}/..//x`;
    expect(await outcome(signed({ ...get(`/captures/${key}`), method: 'PUT', body: 'odd' }))).toBe('200');
    expect(await outcome(signed(get(`/captures/${key}`)))).toBe('200');
    expect(await outcome(signed(get('/captures/%zz')))).toBe('400 InvalidURI');
    expect(await outcome(signed(get('/captures/%ff')))).toBe('400 InvalidURI');
  });
});

describe('a presigned URL', () => {
  const url = (further: Partial<RawRequest> = {}, expires: number | string = 60) =>
    presign(target, { ...get('/captures/there', further), expires });

  it('is served until it expires', async () => {
    expect(await outcome(url())).toBe('200');
    now = NOW + MINUTE;
    expect(await outcome(url())).toBe('200');
    now = NOW + MINUTE + 1;
    expect(await outcome(url())).toBe('403 AccessDenied');
    now = NOW;
  });

  it('may hold for seven days and no longer', async () => {
    now = NOW + 7 * DAY;
    expect(await outcome(url({}, (7 * DAY) / 1000))).toBe('200');
    now = NOW;
    for (const expires of [(7 * DAY) / 1000 + 1, 0, -1, '1e3', '', '60.5', '99999999999999999999'])
      expect(await outcome(url({}, expires)), `${expires}`).toBe('400 AuthorizationQueryParametersError');
  });

  it('is not served before its time', async () => {
    expect(await outcome(url({ date: new Date(NOW + 14 * MINUTE) }))).toBe('200');
    expect(await outcome(url({ date: new Date(NOW + 16 * MINUTE) }))).toBe('403 AccessDenied');
  });

  it('is refused when anything in it was changed, added, doubled or left out', async () => {
    const change = (from: string | RegExp, to: string) => (wire: WireRequest) => {
      const changed = wire.path.replace(from, to);
      expect(changed).not.toBe(wire.path);
      wire.path = changed;
    };
    expect(await outcome(url(), change('there', 'their'))).toBe('403 SignatureDoesNotMatch');
    expect(await outcome(url(), change('Expires=60', 'Expires=61'))).toBe('403 SignatureDoesNotMatch');
    expect(await outcome(url(), change('?', '?partNumber=1&'))).toBe('403 SignatureDoesNotMatch');
    expect(await outcome(url(), (wire) => (wire.method = 'HEAD'))).toBe('403');
    expect(await outcome(url(), change(/$/, '&X-Amz-Signature=00'))).toBe('400 AuthorizationQueryParametersError');
    expect(await outcome(url(), change(/$/, '&x-amz-expires=604800'))).toBe('400 AuthorizationQueryParametersError');
    expect(await outcome(url(), change(/&X-Amz-Signature=.*/, ''))).toBe('400 AuthorizationQueryParametersError');
    expect(await outcome(url(), change(/&X-Amz-Date=[^&]*/, ''))).toBe('400 AuthorizationQueryParametersError');
    expect(await outcome(url(), (wire) => (wire.headers['x-amz-meta-a'] = '1'))).toBe('403 AccessDenied');
    const both = (wire: WireRequest) => (wire.headers['authorization'] = 'AWS4-HMAC-SHA256 x');
    expect(await outcome(url(), both)).toBe('400 InvalidArgument');
  });

  it('holds its signer to the headers that it signed', async () => {
    const signedType = () =>
      url({ method: 'PUT', headers: { 'content-type': 'text/plain' }, body: 'x', path: `/captures/${freshKey('k')}` });
    expect(await outcome(signedType())).toBe('200');
    expect(await outcome(signedType(), (wire) => (wire.headers['content-type'] = 'text/html'))).toBe(
      '403 SignatureDoesNotMatch',
    );
  });

  it('carries settings as parameters, as the SDKs write them', async () => {
    const path = `/captures/${freshKey('hoisted')}`;
    const request = { method: 'PUT', path, body: 'data', query: [['x-amz-meta-who', 'url']] } as const;
    expect(await outcome(url(request))).toBe('200');
    expect((await send(target, url({ path }))).headers['x-amz-meta-who']).toBe('url');
    const odd = (name: string, value: string) => outcome(url({ ...request, query: [[name, value]] }));
    expect(await odd('x-amz-meta-who', '日本')).toBe('200');
    const shown = (await send(target, url({ path }))).headers['x-amz-meta-who'];
    expect(Buffer.from(`${shown}`, 'latin1').toString()).toBe('日本');
    expect(await odd('x-amz-meta-who', 'a\r\nset-cookie: b')).toBe('400 InvalidArgument');
    expect(await odd('x-amz-meta-a b', 'c')).toBe('400 InvalidArgument');
    const badSum = { ...request, query: [['x-amz-checksum-crc32', 'AAAAAA==']] } as const;
    expect(await outcome(url(badSum))).toBe('400 BadDigest');
  });
});

describe('a refusal', () => {
  it('is an XML document with its code, message, resource and request id', async () => {
    const response = await signedSend(target, get('/captures/not-%3Cthere%3E'));
    expect(response.headers['content-type']).toBe('application/xml');
    const body = response.body.toString();
    expect(body).toContain('<Code>NoSuchKey</Code><Message>The specified key does not exist.</Message>');
    expect(body).toContain('<Key>not-&lt;there&gt;</Key><Resource>/captures/not-%3Cthere%3E</Resource>');
    expect(body).toContain(`<RequestId>${response.headers['x-amz-request-id']}</RequestId>`);
  });

  it('names what is not served: verbs, sub-resources and settings', async () => {
    const ask = async (request: RawRequest) => {
      const { status, body } = await signedSend(target, request);
      return `${status} ${/<Message>(.*?)<\/Message>/.exec(body.toString())?.[1]}`;
    };
    expect(await ask(get('/captures/there', { query: [['acl', '']] }))).toBe(
      '501 GetObject with ?acl is not implemented by this server.',
    );
    expect(await ask(get('/captures', { query: [['versioning', '']] }))).toContain('501 ListObjects with ?versioning');
    expect(await ask(get('/captures/there', { query: [['versionId', 'x']] }))).toContain(
      '501 GetObject with ?versionId',
    );
    expect(await ask({ ...get('/captures/there'), method: 'PATCH' })).toContain('501 PATCH on a object');
    const sse = { headers: { 'x-amz-server-side-encryption': 'AES256' }, method: 'PUT', body: 'x' };
    expect(await ask(get('/captures/x', sse))).toContain('501 PutObject with x-amz-server-side-encryption: AES256');
    const copyPart = {
      method: 'PUT',
      headers: { 'x-amz-copy-source': '/captures/there' },
      query: [
        ['partNumber', '1'],
        ['uploadId', 'x'],
      ],
    } as const;
    expect(await ask(get('/captures/x', copyPart))).toContain('501 CopyObject with ?partNumber&amp;uploadId');
  });
});
