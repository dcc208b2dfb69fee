import { BINARY_PROTOCOLS } from '../../../../lib/model/payload/binary-protocols.ts';
import { encodeModbus } from '../../../../local/generate/app/industrial-message.ts';
import { ldapSearch } from '../../../../local/generate/app/ldap-message.ts';
import { smb1Negotiate } from '../../../../local/generate/app/smb1-message.ts';
import { encodeSmb2, smb2Commands } from '../../../../local/generate/app/smb2-message.ts';
import { answers, asks, describePairs, UDP } from './said-features.ts';

/** A call of Sun RPC behind its record mark. */
function rpcCall(program: number, version = 2): Uint8Array {
  const bytes = new Uint8Array(44);
  const view = new DataView(bytes.buffer);
  for (const [k, value] of [0x8000_0028, 1, 0, version, program, 2, 3].entries()) view.setUint32(4 * k, value);
  return bytes;
}

const newer = encodeSmb2({ command: smb2Commands.negotiate, answer: false, message: 0, body: new Uint8Array(36) });
const old = asks(smb1Negotiate(['NT LM 0.12']));
const modbus = (functionCode: number, destinationPort = 502) =>
  asks(encodeModbus(1, 1, functionCode, Uint8Array.of(0, 0, 0, 1)), { destinationPort });
const mqtt = (name: string) => Uint8Array.of(0x10, 20, 0, name.length, ...Buffer.from(name), 4, 2, 0, 60);
const ticket = (tag: number) => Uint8Array.of(0, 0, 0, 99, tag, 0x81, 90);

describePairs('features of binary protocols', BINARY_PROTOCOLS, {
  smb1: [old, asks(newer)],
  smb2: [asks(newer), old],
  smbNegotiateOld: [old, asks(smb1Negotiate(['NT LM 0.12', 'SMB 2.???']))],
  dceRpc: [asks(Uint8Array.of(5, 0, 11, 3)), asks(Uint8Array.of(5, 1, 0))],
  kerberos: [asks(ticket(0x6a), { destinationPort: 88 }), asks(ticket(0x6b), { destinationPort: 88 })],
  ldap: [asks(ldapSearch(1)), answers(ldapSearch(1))],
  netbiosSession: [asks(Uint8Array.of(0x81, 0, 0, 0x44, 0x20)), asks(Uint8Array.of(0x82, 0, 0, 0))],
  rdpConnect: [asks(Uint8Array.of(3, 0, 0, 19, 14, 0xe0, 0)), asks(Uint8Array.of(3, 0, 0, 19, 14, 0xf0, 0))],
  sunRpc: [asks(rpcCall(100_003)), asks(rpcCall(100_003, 3))],
  sunRpcPortmap: [asks(rpcCall(100_000).subarray(4), { protocol: UDP }), asks(rpcCall(100_003))],
  modbus: [modbus(3), modbus(3, 503)],
  modbusUnknown: [modbus(90), modbus(3)],
  mqtt: [asks(mqtt('MQIsdp')), asks(mqtt('MOTT'))],
});
