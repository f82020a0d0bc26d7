// Processes that measure what takes no server, each in peace from the others.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileBeside, TYPESCRIPT } from './server-process.ts';

/** What the file answers to an order, run as a process of its own that ends with its answer. */
export async function measuredBy<Answer>(file: string, order: object): Promise<Answer> {
  const child = fork(fileBeside(file), { execArgv: ['--expose-gc', ...TYPESCRIPT] });
  child.send(order);
  const failed = once(child, 'exit').then(() => {
    throw new Error(`${file} has died`);
  });
  const [answer] = (await Promise.race([once(child, 'message'), failed])) as [Answer];
  await failed.catch(() => {});
  return answer;
}
