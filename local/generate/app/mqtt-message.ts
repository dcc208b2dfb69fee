// generate: MQTT 3.1.1 control packets, https://docs.oasis-open.org/mqtt/mqtt/v3.1.1/.
import { joinBytes, textBytes } from '../bytes/text.ts';

export function encodeMqttConnect(
  clientId: string,
  keepAliveSeconds: number,
  login?: readonly [string, string],
): Uint8Array {
  const flags = login === undefined ? 2 : 0xc2;
  const names = login === undefined ? [] : login.map(field);
  const head = Uint8Array.of(0, 4, 0x4d, 0x51, 0x54, 0x54, 4, flags, keepAliveSeconds >>> 8, keepAliveSeconds & 0xff);
  return control(0x10, joinBytes([head, field(clientId), ...names]));
}

/** 0 accepts; 4 and 5 refuse the login. */
export function encodeMqttConnectAnswer(code: number): Uint8Array {
  return control(0x20, Uint8Array.of(0, code));
}

export function encodeMqttPublish(topic: string, payload: Uint8Array, packetId?: number): Uint8Array {
  const id = packetId === undefined ? [] : [Uint8Array.of((packetId >>> 8) & 0xff, packetId & 0xff)];
  return control(packetId === undefined ? 0x30 : 0x32, joinBytes([field(topic), ...id, payload]));
}

export function encodeMqttPublishAnswer(packetId: number): Uint8Array {
  return control(0x40, Uint8Array.of((packetId >>> 8) & 0xff, packetId & 0xff));
}

export function encodeMqttSubscribe(packetId: number, topic: string): Uint8Array {
  return control(0x82, joinBytes([Uint8Array.of(packetId >>> 8, packetId & 0xff), field(topic), Uint8Array.of(0)]));
}

export function encodeMqttSubscribeAnswer(packetId: number): Uint8Array {
  return control(0x90, Uint8Array.of(packetId >>> 8, packetId & 0xff, 0));
}

export const mqttPing: Uint8Array = Uint8Array.of(0xc0, 0);
export const mqttPingAnswer: Uint8Array = Uint8Array.of(0xd0, 0);
export const mqttDisconnect: Uint8Array = Uint8Array.of(0xe0, 0);

function field(text: string): Uint8Array {
  const bytes = textBytes(text);
  return joinBytes([Uint8Array.of(bytes.length >>> 8, bytes.length & 0xff), bytes]);
}

function control(type: number, body: Uint8Array): Uint8Array {
  const length: number[] = [];
  let left = body.length;
  do {
    length.push((left & 127) | (left > 127 ? 128 : 0));
    left >>>= 7;
  } while (left > 0);
  return joinBytes([Uint8Array.of(type, ...length), body]);
}
