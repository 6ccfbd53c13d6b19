/**
 * Loaded into a command (`node --import`) to move its clock: from reading number `CLOCK_JUMP_AT` on, counted from 1, the
 * time is `CLOCK_JUMP_MS` milliseconds off. `CLOCK_JUMPED_FILE` is written when that happens.
 */
import { writeFileSync } from 'node:fs';

const offset = Number(process.env.CLOCK_JUMP_MS);
const first = Number(process.env.CLOCK_JUMP_AT);
const RealDate = Date;
let readings = 0;

function now() {
  readings += 1;
  if (readings === first) writeFileSync(process.env.CLOCK_JUMPED_FILE, '');
  return RealDate.now() + (readings >= first ? offset : 0);
}

globalThis.Date = new Proxy(RealDate, {
  get: (target, name) => (name === 'now' ? now : Reflect.get(target, name)),
  construct: (target, args, type) => Reflect.construct(target, args.length === 0 ? [now()] : args, type),
});
