// generate: Modbus/TCP and DNP3 requests and answers of control systems, https://modbus.org/specs.php and IEEE 1815.
import { writeUint16 } from '../bytes/ip.ts';
import { joinBytes } from '../bytes/text.ts';

export function encodeModbus(transaction: number, unit: number, functionCode: number, data: Uint8Array): Uint8Array {
  const head = new Uint8Array(8);
  writeUint16(head, 0, transaction & 0xffff);
  writeUint16(head, 4, 2 + data.length);
  head[6] = unit;
  head[7] = functionCode;
  return joinBytes([head, data]);
}

/** Read `count` registers (function 3 or 4), and what comes back. */
export function modbusRead(transaction: number, unit: number, from: number, count: number): Uint8Array {
  return encodeModbus(transaction, unit, 3, Uint8Array.of(from >>> 8, from & 0xff, count >>> 8, count & 0xff));
}

export function modbusReadAnswer(transaction: number, unit: number, registers: Uint8Array): Uint8Array {
  return encodeModbus(transaction, unit, 3, joinBytes([Uint8Array.of(registers.length), registers]));
}

/** One link frame: header block with its checksum, then the data in blocks of at most 16 bytes with theirs. */
export function encodeDnp3(
  destination: number,
  source: number,
  fromMaster: boolean,
  application: Uint8Array,
): Uint8Array {
  const data = joinBytes([Uint8Array.of(0xc0), application]);
  const control = fromMaster ? 0xc4 : 0x44;
  const head = Uint8Array.of(
    0x05,
    0x64,
    5 + data.length,
    control,
    destination & 0xff,
    destination >>> 8,
    source & 0xff,
    source >>> 8,
  );
  const blocks: Uint8Array[] = [head, checksum(head)];
  for (let at = 0; at < data.length; at += 16) {
    const block = data.subarray(at, at + 16);
    blocks.push(block, checksum(block));
  }
  return joinBytes(blocks);
}

function checksum(bytes: Uint8Array): Uint8Array {
  let crc = 0;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc & 1) === 0 ? crc >>> 1 : (crc >>> 1) ^ 0xa6bc;
  }
  crc = ~crc & 0xffff;
  return Uint8Array.of(crc & 0xff, crc >>> 8);
}
