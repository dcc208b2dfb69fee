import { PAYLOAD_MISFITS } from '../../../../lib/model/payload/payload-misfits.ts';
import { answers, asks, describePairs, request } from './said-features.ts';

const port = (destinationPort: number) => ({ destinationPort });
const noise = Uint8Array.of(0x9d, 1, 0xf3, 0x44, 7, 8, 9, 10, 11);
const program = new Uint8Array(80).fill(7);
program.set([0x4d, 0x5a, 0x90, 0]);
const key = Uint8Array.of(9, 8, 7, 6, 5);
const hello = Uint8Array.of(22, 3, 1, 0, 80, 1);

describePairs('features of payload that does not fit', PAYLOAD_MISFITS, {
  longestByteRun: [asks('abbbbc'), asks(new Uint8Array(50)), 4],
  noOperations: [answers(new Uint8Array(30).fill(0x90)), answers(new Uint8Array(30).fill(0x91)), 30],
  rawBinary: [asks(noise), asks(Uint8Array.of(23, 3, 3, 0, 4, 1, 2, 3, 4))],
  webPortOther: [asks(noise, port(80)), asks('GET /\r\n', port(80))],
  tlsPortOther: [asks(noise, port(443)), asks(hello, port(443))],
  httpOddPort: [
    { ...request('GET /'), ...port(4444) },
    { ...request('GET /'), ...port(8080) },
  ],
  tlsOddPort: [asks(hello, port(4444)), asks(hello, port(993))],
  executableBytes: [
    { ...request('GET /a'), ...answers('HTTP/1.1 200 OK\r\n\r\nMZ\u0090') },
    { ...request('GET /a'), ...answers('HTTP/1.1 200 OK\r\n\r\nzMZ') },
  ],
  sameBytesBack: [
    { ...asks('echo me'), ...answers('echo me') },
    { ...asks('echo me'), ...answers('echo you') },
  ],
  sameStartBytes: [
    { ...asks(Uint8Array.of(...key, 1)), ...answers(Uint8Array.of(...key, 2)) },
    { ...asks(key), ...answers(noise) },
    5,
  ],
  compressedBehindHeader: [
    asks(Uint8Array.of(...key, 0x78, 0x9c, 1, 2)),
    asks(Uint8Array.of(0x78, 0x9c, 1, 2, 3, 4, 5, 6)),
  ],
});
