// onnx: keeps onnxruntime from calling home.

/**
 * onnxruntime-node 1.30 starts a telemetry client of its vendor with the library, which sends what it runs on to a host
 * of the vendor. The library reads the process's own environment, which a worker thread's copy is not: call this in the
 * main thread, before any session is made. A tool that looks into people's captures talks to nobody it was not told to.
 */
export function disableTelemetry(): void {
  process.env['ORT_DISABLE_TELEMETRY'] = '1';
}
