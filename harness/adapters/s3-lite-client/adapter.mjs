/**
 * @bradenmacdonald/s3-lite-client behind the sigv4-conformance protocol.
 *
 * Its two signing functions take a path without escapes, with which the client makes its URL; a target is unescaped
 * for them here, and escaped as the client does it. The headers around them are set as the client sets them. The
 * scope is that of s3. The package does not export them, so they are loaded by their file. The packages lie in the
 * folder given as argument.
 */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import kit from "../kit/node/sigv4-conformance.js";

const { bytes, date, pairs, serve, text, uniqueHeaders, Unrepresentable, Unsupported } = kit;
const FOLDER = `${process.argv[2]}/@bradenmacdonald/s3-lite-client`;
const { presignV4, signV4 } = await import(`${FOLDER}/signing.js`);

async function sign(question) {
  if (question.normalize || question.double_encode) throw new Unsupported("the path is that of S3");
  if (text(question.service) !== "s3") throw new Unsupported("the scope is that of s3");
  const presigned = question.placement === "query";
  if (question.payload !== (presigned ? "unsigned" : "signed")) {
    throw new Unsupported("the body is signed in a header, and left out of a presigned URL");
  }
  const { access_key_id, secret_access_key, session_token } = question.credentials;
  if (session_token !== null && !question.session_token_signed) {
    throw new Unsupported("the session token is always signed");
  }
  const token = session_token === null ? undefined : text(session_token);
  const [path, query] = split(text(question.request.target));
  const request = { method: text(question.request.method), path: path + query, accessKey: text(access_key_id),
    secretKey: text(secret_access_key), region: text(question.region), date: date(question.time) };
  try {
    const headers = new Headers(Object.entries(uniqueHeaders(question.request)));
    if (presigned) {
      const url = await presignV4({ ...request, headers, protocol: "https:", sessionToken: token,
        expirySeconds: question.expires });
      const target = url.slice(`https://${headers.get("Host")}`.length);
      return { request: { method: request.method, target, headers: pairs(headers) } };
    }
    headers.set("x-amz-date", question.time);
    headers.set("x-amz-content-sha256", createHash("sha256").update(bytes(question.request.body)).digest("hex"));
    if (token) headers.set("x-amz-security-token", token);
    headers.set("authorization", await signV4({ ...request, headers }));
    const target = path.split("/").map((part) => encodeURIComponent(part)).join("/") + query;
    return { request: { method: request.method, target, headers: pairs(headers) } };
  } catch (failure) {
    const refused = failure instanceof TypeError || failure instanceof URIError ||
      /RequiredError|InvalidExpiryError|host header missing/.test(`${failure.constructor.name} ${failure.message}`);
    throw refused ? new Unrepresentable(String(failure)) : failure;
  }
}

/** The path without escapes, and the query with its question mark. */
function split(target) {
  const [path, ...query] = target.split("?");
  if (/%2f/i.test(path)) throw new Unrepresentable("an escaped slash in a path without escapes");
  try {
    return [decodeURIComponent(path), query.length ? `?${query.join("?")}` : ""];
  } catch (failure) {
    throw new Unrepresentable(String(failure));
  }
}

serve({ name: "s3-lite-client", version: JSON.parse(readFileSync(`${FOLDER}/package.json`, "utf8")).version,
  roles: ["sign-header", "sign-query", "sign-sequence"], profiles: ["s3"],
  features: ["content-sha256-header", "session-token", "unsigned-payload"] }, { sign });
