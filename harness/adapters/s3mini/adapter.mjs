/**
 * s3mini behind the sigv4-conformance protocol.
 *
 * The client takes a key without escapes and the query as an object of decoded names and values, and hands what it
 * signed to a fetch() that it is given. In a header it never signs the body. The scope is that of s3, and there is no
 * session token. The time is that of the system's clock, which the kit sets. The packages lie in the folder given as
 * argument.
 */
import { readFileSync } from "node:fs";
import kit from "../kit/node/sigv4-conformance.js";

const { bytes, serve, text, uniqueHeaders, Unrepresentable, Unsupported } = kit;
const FOLDER = `${process.argv[2]}/s3mini`;
const { S3mini } = await import(`${FOLDER}/dist/index.mjs`);

async function sign(question) {
  if (question.normalize || question.double_encode) throw new Unsupported("the path is that of S3");
  if (text(question.service) !== "s3") throw new Unsupported("the scope is that of s3");
  if (question.payload !== "unsigned") throw new Unsupported("the body is never signed");
  if (question.credentials.session_token !== null) throw new Unsupported("it takes no session token");
  const { host, headers } = splitHeaders(question);
  const { key, query } = splitTarget(text(question.request.target));
  const method = text(question.request.method);
  let sent;
  const fetch = async (url, given) => ((sent = { url, ...given }), new Response(""));
  let client;
  try {
    client = new S3mini({ accessKeyId: text(question.credentials.access_key_id),
      secretAccessKey: text(question.credentials.secret_access_key), endpoint: `https://${host}`,
      region: text(question.region), fetch });
  } catch (failure) {
    throw new Unrepresentable(String(failure));
  }
  if (question.placement === "query") {
    if (key === "") throw new Unrepresentable("a presigned URL has a key");
    const url = await client.getPresignedUrl(method, key, question.expires, query, headers);
    return answer(method, url, Object.entries(headers));
  }
  await client._signedRequest(method, key, { query, headers, body: bytes(question.request.body) });
  return answer(sent.method, sent.url, Object.entries(sent.headers).filter(([name]) => name.toLowerCase() !== "host"));
}

function answer(method, url, headers) {
  const { host, pathname, search } = new URL(url);
  return { request: { method, target: pathname + search, headers: [["host", host], ...headers] } };
}

function splitHeaders(question) {
  const headers = uniqueHeaders(question.request);
  const name = Object.keys(headers).find((given) => given.toLowerCase() === "host");
  if (!name) throw new Unrepresentable("the host is that of a URL");
  const host = headers[name];
  delete headers[name];
  return { host, headers };
}

/** The key and the parameters of a target, without escapes. */
function splitTarget(target) {
  const [path, ...rest] = target.split("?");
  const parameters = rest.join("?").split("&").filter((part) => part !== "");
  if (path === "" || /%2f/i.test(path) || path.startsWith("//")) {
    throw new Unrepresentable("a key has no escaped slash, and none at its start");
  }
  try {
    const query = parameters.map((part) => {
      const [name, value = ""] = part.split(/=(.*)/s, 2).map(decodeURIComponent);
      return [name, value];
    });
    if (new Set(query.map(([name]) => name)).size < query.length) {
      throw new Unrepresentable("the query is an object, which holds one of a name");
    }
    return { key: decodeURIComponent(path.slice(1)), query: Object.fromEntries(query) };
  } catch (failure) {
    throw failure instanceof URIError ? new Unrepresentable(String(failure)) : failure;
  }
}

serve({ name: "s3mini", version: JSON.parse(readFileSync(`${FOLDER}/package.json`, "utf8")).version,
  roles: ["sign-header", "sign-query", "sign-sequence"], profiles: ["s3"],
  features: ["content-sha256-header", "unsigned-payload"] }, { sign });
