// An API document, OpenAPI 3.0 or Swagger 2.0: its operations by name, the requests that they take, the answers that they give.
//
// Nothing here knows any API. What a request needs and the document does not know throws NotInDocument; an answer that is not as
// the document says throws with the place.

import { Ajv } from 'ajv';
import formats from 'ajv-formats';
import { FormData } from 'undici';
import { parse } from 'yaml';

/** The document has no such operation, parameter or member. */
export class NotInDocument extends Error {}

const METHODS = ['get', 'put', 'post', 'delete', 'patch', 'head', 'options'];

export class Document {
  #root;
  #operations = new Map();
  #ajv = formats.default(new Ajv({ strict: false, allErrors: true, coerceTypes: false }));
  #validators = new WeakMap();

  constructor(yaml) {
    this.#root = parse(yaml);
    for (const [path, item] of Object.entries(this.#root.paths)) {
      for (const method of METHODS.filter((name) => item[name])) {
        const operation = this.#whole(item[method]);
        const parameters = [...this.#whole(item.parameters ?? []), ...(operation.parameters ?? [])];
        this.#operations.set(operation.operationId, { ...operation, path, method: method.toUpperCase(), parameters });
      }
    }
  }

  /** `values` by the names of parameters, `body` as JSON or, for a form, by the names of its parts. */
  request(name, { values = {}, body, files = {}, malformed = false }) {
    const operation = this.#operation(name);
    const known = new Map(operation.parameters.filter((each) => !['body', 'formData'].includes(each.in)).map((each) => [each.name, each]));
    for (const each of Object.keys(values)) {
      if (!known.has(each)) throw new NotInDocument(`${name} has no parameter ${each}`);
    }
    let path = operation.path;
    const query = new URLSearchParams();
    const headers = {};
    for (const [each, parameter] of known) {
      const value = values[each];
      if (value === undefined) {
        if (parameter.required && !malformed) throw new Error(`${name} needs ${each}`);
        continue;
      }
      if (!malformed) this.#valid(parameter.schema ?? parameter, value, `${name}: parameter ${each}`);
      if (parameter.in === 'path') path = path.replaceAll(`{${each}}`, encodeURIComponent(value));
      if (parameter.in === 'query') query.append(each, String(value));
      if (parameter.in === 'header') headers[each.toLowerCase()] = String(value);
    }
    const request = { method: operation.method, path: query.size ? `${path}?${query}` : path, headers };
    return body === undefined ? request : { ...request, ...this.#body(operation, body, files, headers) };
  }

  /** What an answer says: its JSON, its bytes, or nothing. */
  answer(name, { status, headers, bytes }) {
    const operation = this.#operation(name);
    const at = `${name} → ${status}`;
    const { responses } = operation;
    const described = responses[status] ?? responses[`${Math.floor(status / 100)}XX`] ?? (status >= 400 ? responses.default : undefined);
    if (!described) throw new Error(`${at}: the document does not list this status: ${bytes.toString().slice(0, 300)}`);
    for (const [header, { required }] of Object.entries(described.headers ?? {})) {
      if (required && !headers[header.toLowerCase()]) throw new Error(`${at}: the header ${header} is missing`);
    }
    const type = (headers['content-type'] ?? '').split(';')[0].trim().toLowerCase();
    const schema = this.#schemaOf(operation, described, type, at);
    if (!schema) {
      if (bytes.length) throw new Error(`${at}: a body where none is described`);
      return undefined;
    }
    if (!isJson(type)) return bytes;
    const value = JSON.parse(bytes.toString());
    this.#valid(schema, value, at);
    return value;
  }

  #operation(name) {
    const operation = this.#operations.get(name);
    if (!operation) throw new NotInDocument(`there is no operation ${name}`);
    return operation;
  }

  /** The schema of an answer of this media type; Swagger names the types once for the operation. */
  #schemaOf(operation, described, type, at) {
    const types = described.content ?? (described.schema
      ? Object.fromEntries((operation.produces ?? ['application/json']).map((each) => [each, { schema: described.schema }]))
      : undefined);
    if (!types) return undefined;
    // a refusal is JSON, whatever else the operation produces
    const found = types[type] ?? (described.schema?.properties && isJson(type) ? { schema: described.schema } : undefined);
    if (!found) throw new Error(`${at}: the media type '${type}' is not listed`);
    return found.schema;
  }

  #body(operation, body, files, headers) {
    const content = operation.requestBody?.content ?? swaggerContent(operation);
    if (!content) throw new NotInDocument(`${operation.operationId} takes no body`);
    if (content['multipart/form-data']) {
      return this.#form(operation, content['multipart/form-data'].schema, body, files);
    }
    const type = Object.keys(content).find(isJson);
    this.#sent(content[type].schema, body, operation.operationId);
    return { headers: { ...headers, 'content-type': type }, body: JSON.stringify(body) };
  }

  /** A form: members that are JSON, and files. */
  #form(operation, schema, body, files) {
    const form = new FormData();
    for (const [part, { name, type, bytes }] of Object.entries(files)) {
      if (!schema.properties[part] && !schema.additionalProperties) throw new NotInDocument(`the form has no part ${part}`);
      form.append(part, new Blob([bytes], { type }), encodeURIComponent(name));
    }
    for (const [part, value] of Object.entries(body)) {
      const described = schema.properties[part];
      if (!described) throw new NotInDocument(`the form has no part ${part}`);
      // Swagger has no JSON in forms: it is text there, of a definition that has the part's name
      const whole = described.type === 'string' ? this.#whole(this.#root.definitions[part[0].toUpperCase() + part.slice(1)]) : described;
      this.#sent(whole, value, `${operation.operationId}: ${part}`);
      form.append(part, JSON.stringify(value));
    }
    return { body: form };
  }

  #sent(schema, value, at) {
    knows(schema, value, at);
    this.#valid(schema, value, at);
  }

  #valid(schema, value, at) {
    let validate = this.#validators.get(schema);
    if (!validate) {
      // a parameter of Swagger is its own schema, in which `required` says something else
      const { required, ...parameter } = schema;
      validate = this.#ajv.compile(typeof required === 'boolean' ? parameter : schema);
      this.#validators.set(schema, validate);
    }
    if (!validate(value)) throw new Error(`${at}: ${this.#ajv.errorsText(validate.errors, { dataVar: 'it' })}`);
  }

  /** A part of the document with what its references stand for. */
  #whole(node, within = []) {
    if (Array.isArray(node)) return node.map((each) => this.#whole(each, within));
    if (node === null || typeof node !== 'object') return node;
    if (typeof node.$ref === 'string') {
      if (within.includes(node.$ref)) throw new Error(`${node.$ref} contains itself`);
      const steps = node.$ref.replace(/^#\//, '').split('/').map((each) => each.replaceAll('~1', '/').replaceAll('~0', '~'));
      return this.#whole(steps.reduce((at, step) => at[step], this.#root), [...within, node.$ref]);
    }
    return Object.fromEntries(Object.entries(node).map(([name, each]) => [name, this.#whole(each, within)]));
  }
}

/** The bodies of a Swagger operation, as OpenAPI 3 would say it. */
function swaggerContent({ consumes = ['application/json'], parameters }) {
  const body = parameters.find((each) => each.in === 'body');
  if (body) return Object.fromEntries(consumes.map((type) => [type, { schema: body.schema }]));
  const parts = parameters.filter((each) => each.in === 'formData');
  if (!parts.length) return undefined;
  const properties = Object.fromEntries(parts.map((each) => [each.name, { type: each.type }]));
  return { 'multipart/form-data': { schema: { type: 'object', properties } } };
}

/** Whether the schema lists every member of what is sent. */
function knows(schema, value, at) {
  if (Array.isArray(value)) return value.forEach((each, n) => knows(schema.items ?? {}, each, `${at}[${n}]`));
  if (value === null || typeof value !== 'object') return;
  const branches = schema.anyOf ?? schema.oneOf;
  if (branches) {
    const fits = (branch) => { try { knows(branch, value, at); return true; } catch { return false; } };
    if (!branches.some(fits)) throw new NotInDocument(`${at} has a member that the document does not know`);
    return;
  }
  if (!schema.properties) return;
  for (const [name, each] of Object.entries(value)) {
    if (!schema.properties[name]) throw new NotInDocument(`${at} has no member ${name}`);
    knows(schema.properties[name], each, `${at}.${name}`);
  }
}

const isJson = (type) => type === 'application/json' || type.endsWith('+json');
