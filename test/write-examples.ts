// Writes the examples into src/openapi/examples, each noun in a file of its own.
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { recordAll } from './openapi/examples/record.ts';
import { ROOT } from './walk-through.ts';

const FILES: Record<string, string[]> = {
  runs: ['createRun', 'listRuns', 'getRun', 'updateRun'],
  manifest: ['getRunManifest'],
  artifacts: ['createArtifact', 'listArtifacts', 'getArtifact'],
  content: ['putArtifactContent', 'getArtifactContent'],
  evidence: ['getEvidence', 'readEvidenceAgain'],
  inspection: ['inspectEvidence'],
  gate: ['checkReleaseGate'],
  packs: ['createDisclosurePack', 'listDisclosurePacks', 'getDisclosurePack'],
  trust: ['getTrust'],
  callers: ['getWhoami', 'createToken', 'rotateToken', 'revokeToken', 'listTokens', 'getToken'],
  jobs: ['listJobs'],
  health: ['getHealth', 'getReadiness', 'getVersion'],
};

/** Records every example and writes it. Throws where an operation has no file. */
export async function writeExamples(): Promise<void> {
  const examples = await recordAll();
  const homeless = Object.keys(examples).filter((operation) => !Object.values(FILES).flat().includes(operation));
  if (homeless.length > 0) throw new Error(`no file for the examples of ${homeless.join(', ')}`);
  const folder = join(ROOT, 'src', 'openapi', 'examples');
  for (const [name, operations] of Object.entries(FILES)) {
    const own = Object.fromEntries(operations.map((operation) => [operation, examples[operation]]));
    const head = `// Recorded by \`make openapi\` from a server that was sent the requests of test/openapi/examples: do not edit.\nimport type { Examples } from './example.ts';\n\n`;
    writeFileSync(join(folder, `${name}.ts`), `${head}export const ${name}: Examples = ${JSON.stringify(own)};\n`);
  }
  execFileSync(join(ROOT, 'node_modules', '.bin', 'biome'), ['format', '--write', folder], { stdio: 'ignore' });
}
