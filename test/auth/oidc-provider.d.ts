// The part of oidc-provider, which has no types of its own, that the tests use.
declare module 'oidc-provider' {
  type Context = { oidc: { params: Record<string, string>; client: object }; body: object };
  type IdToken = {
    scope: string;
    set(name: string, value: unknown): void;
    issue(of: { use: 'idtoken' }): Promise<string>;
  };

  class Provider {
    constructor(issuer: string, configuration: object);
    readonly IdToken: new (
      claims: object,
      of: { ctx: Context },
    ) => IdToken;
    registerGrantType(name: string, handle: (context: Context) => Promise<void>, parameters: string[]): void;
    callback(): (request: import('node:http').IncomingMessage, response: import('node:http').ServerResponse) => void;
  }

  // biome-ignore lint/style/noDefaultExport: this is how the package exports it.
  export { Provider as default };
}
