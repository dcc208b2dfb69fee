// real: model servers are installed before any test runs, so that two of them never install one at once.
import { requireMlserver } from './mlserver.ts';
import { numpy2Folder, requireTriton } from './triton-install.ts';

export function setup(): void {
  requireTriton();
  numpy2Folder();
  requireMlserver();
}
