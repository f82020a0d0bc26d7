// The page at `/`. It loads nothing and runs no script.

type Home = {
  /** Where callers reach Maestro, without a trailing slash. */
  base: string;
  /** The prefix of links, with a trailing slash; the browser resolves it against the page. */
  root: string;
  version: string;
  /** Null where the service is ready. */
  whyNotReady: string | null;
  /** Shown to everybody; null where there is none. */
  warning: string | null;
  /** Whether calls need a credential. */
  needsToken: boolean;
};

const STYLES = `
:root { color-scheme: light dark; --page: #fbfaf7; --ink: #1d1f24; --quiet: #5b606b; \
--line: #dcd9d0; --box: #f1efe8; --link: #0b57a4; --good: #1a6b35; --bad: #a3261c; }
@media (prefers-color-scheme: dark) { :root { --page: #16181d; --ink: #e8e6e0; --quiet: #a3a8b3; \
--line: #343842; --box: #20232a; --link: #84bdff; --good: #7ddc9a; --bad: #ff9d92; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--page); color: var(--ink); font: 1rem/1.55 system-ui, sans-serif; }
main { max-width: 46rem; margin: 0 auto; padding: 3rem 1.25rem 4rem; }
h1 { margin: 0; font-size: 2rem; line-height: 1.2; }
h2 { margin: 2.25rem 0 .5rem; font-size: 1.1rem; }
p { margin: .75rem 0; }
.status { display: inline-block; margin: 1rem 0 0; padding: .2rem .75rem; border: 1px solid currentColor; \
border-radius: 1rem; font-weight: 600; }
.ready { color: var(--good); }
.not-ready { color: var(--bad); }
.step { margin: 1rem 0 .3rem; color: var(--quiet); }
pre { margin: 0; padding: .75rem 1rem; border: 1px solid var(--line); border-radius: .4rem; \
background: var(--box); font: .875rem/1.5 ui-monospace, monospace; \
white-space: pre-wrap; overflow-wrap: anywhere; user-select: all; }
ul { margin: .5rem 0; padding-left: 1.25rem; }
li { margin: .3rem 0; }
a { color: var(--link); }
a:focus-visible { outline: 3px solid var(--link); outline-offset: 2px; }
footer { margin-top: 2.5rem; padding-top: 1rem; border-top: 1px solid var(--line); color: var(--quiet); font-size: .9rem; }
`;

/** The source expression of a content security policy that allows these styles and no others. */
export function stylesOf(digest: (text: string) => string): string {
  return `sha256-${Buffer.from(digest(STYLES), 'base64url').toString('base64')}`;
}

/** Commands to copy, each with a description. They run in this order. */
export function commandsOf(base: string, needsToken = false): [does: string, command: string][] {
  const curl = needsToken ? 'curl -sS -H "authorization: Bearer $MAESTRO_TOKEN"' : 'curl -sS';
  return [
    [
      'Report a run',
      `${curl} ${base}/maestro/runs -H 'content-type: application/json' -d '{"name": "first run", "owner": "me"}'`,
    ],
    ['Look at the latest run', `${curl} '${base}/maestro/runs?limit=1'`],
    [
      'Ask whether it may be released (with jq)',
      `${curl} "${base}/maestro/runs/$(${curl} '${base}/maestro/runs?limit=1' | jq -r '.[0].id')/release-gate"`,
    ],
  ];
}

const LINKS = [
  ['docs', 'API documentation, with a form to try every call'],
  ['openapi.json', 'OpenAPI document, for code generators'],
  ['health', 'Is the process alive?'],
  ['ready', 'Is it ready for requests?'],
  ['version', 'Which version is this?'],
] as const;

export function homePage({ base, root, version, whyNotReady, warning, needsToken }: Home): string {
  const [mood, status] = whyNotReady === null ? ['ready', 'Ready'] : ['not-ready', `Not ready: ${whyNotReady}`];
  const steps = commandsOf(base, needsToken).map(
    ([does, command]) => `<p class="step">${escaped(does)}</p>\n<pre><code>${escaped(command)}</code></pre>`,
  );
  const links = LINKS.map(
    ([path, what]) => `<li><a href="${escaped(root + path)}">/${path}</a>: ${escaped(what)}</li>`,
  );
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Maestro</title>
<link rel="icon" href="data:,">
<style>${STYLES}</style>
</head>
<body>
<main>
<h1>Maestro</h1>
<p>Release governance for CI pipelines. A pipeline reports a run and attaches its artifacts: SBOM, provenance, scans. \
Maestro reads and
verifies them, and its release gate says whether the run may be released, and if not, why.</p>
<p class="status ${mood}">${escaped(status)}</p>
${warning === null ? '' : `<p class="not-ready"><strong>${escaped(warning)}.</strong></p>\n`}\
<h2>Try it in a terminal</h2>
${steps.join('\n')}
<h2>Where things are</h2>
<ul>
${links.join('\n')}
</ul>
<footer>Maestro ${escaped(version)}. Programs get this as JSON: <code>curl ${escaped(base)}/</code></footer>
</main>
</body>
</html>
`;
}

function escaped(text: string): string {
  return text.replaceAll(/[&<>"']/g, (mark) => `&#${mark.charCodeAt(0)};`);
}
