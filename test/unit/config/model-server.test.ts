import { describe, expect, it } from 'vitest';
import { readEnvironment } from '../../../lib/config/environment.ts';
import { MODEL_SERVER_VARIABLES, modelServerConfig } from '../../../lib/config/model-server.ts';

const read = (env: Record<string, string>) => modelServerConfig(readEnvironment(MODEL_SERVER_VARIABLES, env));

describe('the configuration of the model server', () => {
  it.each([{}, { SMARTIDS_MODEL_SERVER: '' }, { SMARTIDS_MODEL_SERVER: 'in-process' }])(
    'is none where models run inside the process: %j',
    (env) => expect(read(env)).toBeUndefined(),
  );

  it('is one address or several, in clear or with TLS', () => {
    const config = read({
      SMARTIDS_MODEL_SERVER: 'grpc://triton:8001, grpcs://10.0.0.7:8443,grpcs://[::1]:8001',
      SMARTIDS_MODEL_SERVER_CA: 'ca.pem',
      SMARTIDS_MODEL_SERVER_CERT: 'us.pem',
      SMARTIDS_MODEL_SERVER_KEY: 'us.key',
      SMARTIDS_MODEL_SERVER_IN_FLIGHT: '3',
    });
    expect(config).toEqual({
      endpoints: [
        { target: 'triton:8001', tls: false },
        { target: '10.0.0.7:8443', tls: true },
        { target: '[::1]:8001', tls: true },
      ],
      tlsPaths: { ca: 'ca.pem', cert: 'us.pem', key: 'us.key' },
      maxInFlight: 3,
    });
  });

  it.each([
    ['http://triton:8000', /address 1 is neither grpc:/],
    ['grpc://triton', /address 1 is neither/],
    ['grpc://triton:70000', /address 1 is neither/],
    ['grpc://triton:0', /address 1 is neither/],
    ['grpc://triton:8001/v2', /address 1 is neither/],
    ['grpc://a:1,,grpc://b:1', /address 2 is neither/],
    ['grpc://a:1,grpc://a:1', /address 2 is there twice/],
    ['in-process,grpc://a:1', /address 1 is neither/],
  ])('refuses %s and says which address is wrong', (text, words) => {
    expect(() => read({ SMARTIDS_MODEL_SERVER: text })).toThrow(words);
    expect(() => read({ SMARTIDS_MODEL_SERVER: text })).toThrow(/SMARTIDS_MODEL_SERVER/);
  });

  it('does not tell a password that stands in an address', () => {
    expect(() => read({ SMARTIDS_MODEL_SERVER: 'grpc://me:secret@triton:8001' })).not.toThrow(/secret/);
  });

  it('refuses certificates without TLS, and a certificate without its key, both at once', () => {
    const env = { SMARTIDS_MODEL_SERVER: 'grpc://a:1', SMARTIDS_MODEL_SERVER_CERT: 'us.pem' };
    expect(() => read(env)).toThrow(/SMARTIDS_MODEL_SERVER_CERT: only for a grpcs.*one needs the other/);
    expect(() => read({ SMARTIDS_MODEL_SERVER_CA: 'ca.pem' })).toThrow(/SMARTIDS_MODEL_SERVER_CA: only for/);
  });
});
