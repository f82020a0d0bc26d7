// The script of /docs. The examples name a run, an artifact and a pack that do not exist on this
// server. Ids created on the page replace them in the forms of all operations, unless the user has
// typed something else.

export const PAGE_SCRIPT_NAME = 'created-ids.js';

// Plain text: a function's source would contain what the compiler or a test runner adds to it.
export const PAGE_SCRIPT = `'use strict';
(() => {
  // The id of an example -> the id created last in its place.
  const created = new Map();
  const withCreated = (text) => [...created].reduce((all, [example, id]) => all.replaceAll(example, id), text);
  // Form field -> the text that this script put into it.
  const filled = new Map();

  function fill(field, value, example, set) {
    const text = withCreated(example);
    const isUntouched = value == null || value === example || value === filled.get(field);
    if (text === example || text === value || !isUntouched) return;
    filled.set(field, text);
    set(text);
  }

  function fillParameters(system, path, method, parameters = []) {
    const { specSelectors, specActions } = system;
    const known = specSelectors.specJson().getIn(['paths', path, method, 'parameters']);
    for (const [index, parameter] of parameters.entries()) {
      if (typeof parameter.example !== 'string') continue;
      const value = specSelectors.parameterValues([path, method]).get(parameter.in + '.' + parameter.name);
      fill([path, method, parameter.name].join(' '), value, parameter.example, (text) =>
        specActions.changeParamByIdentity([path, method], known.get(index), text));
    }
  }

  function fillBody({ oas3Selectors, oas3Actions }, path, method, body) {
    const example = body?.content?.['application/json']?.example;
    if (example === undefined) return;
    const value = oas3Selectors.requestBodyValue(path, method);
    fill([path, method].join(' '), value, JSON.stringify(example, null, 2), (text) =>
      oas3Actions.setRequestBodyValue({ value: text, pathMethod: [path, method] }));
  }

  function remember(system, path, method, { status, text }) {
    if (status !== 201) return;
    const { paths } = system.specSelectors.specJson().toJS();
    const example = paths[path]?.[method]?.responses?.[201]?.content?.['application/json']?.example?.id;
    const { id } = JSON.parse(text);
    if (typeof example !== 'string' || typeof id !== 'string') return;
    created.set(example, id);
    for (const [path, methods] of Object.entries(paths)) {
      for (const [method, { parameters, requestBody }] of Object.entries(methods)) {
        fillParameters(system, path, method, parameters);
        fillBody(system, path, method, requestBody);
      }
    }
  }

  const setResponse = (original, system) => (path, method, response) => {
    const result = original(path, method, response);
    remember(system.getSystem(), path, method, response);
    return result;
  };

  // For uploads, a text that can be sent unchanged comes before the choice of a file.
  const requestContentType = (original, system) => (state, path, method) => {
    const content = ['paths', path, method, 'requestBody', 'content'];
    const withExample = () =>
      system.getSystem().specSelectors.specJson().getIn(content)?.findKey((one) => one.has('example'));
    return original(state, path, method) || withExample();
  };

  const plugin = () => ({
    statePlugins: { spec: { wrapActions: { setResponse } }, oas3: { wrapSelectors: { requestContentType } } },
  });
  const bundle = window.SwaggerUIBundle;
  const start = (config) => bundle({ ...config, plugins: [...config.plugins, plugin] });
  window.SwaggerUIBundle = Object.assign(start, bundle);
})();
`;
