import { readFileSync } from 'node:fs';
import { cpus, release, totalmem, type } from 'node:os';
import { getHeapStatistics } from 'node:v8';

/** What the figures depend on: nothing that names the machine or its user. */
export function machineFacts(): string[] {
  const [cpu] = cpus();
  return [
    `${cpus().length} × ${cpu?.model.trim()}`,
    `${gigabytes(totalmem())} GB of memory`,
    `Node ${process.version} with a heap of up to ${gigabytes(getHeapStatistics().heap_size_limit)} GB`,
    `${distribution()}${type()} ${release().split('-')[0]}`,
  ];
}

function gigabytes(bytes: number): string {
  return (bytes / 1024 ** 3).toFixed(1);
}

function distribution(): string {
  try {
    const name = /^PRETTY_NAME="(.*)"$/m.exec(readFileSync('/etc/os-release', 'utf8'))?.[1];
    return name === undefined ? '' : `${name}, `;
  } catch {
    return '';
  }
}
