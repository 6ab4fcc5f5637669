/**
 * @smithy/signature-v4 and @smithy/signature-v4a behind the sigv4-conformance protocol.
 *
 * The signer takes the time as an option. Its HttpRequest holds the query as an object of decoded
 * names and values: here the SDK's own parseQueryString reads the target, and its buildQueryString,
 * which the SDK's HTTP handlers call, writes the target that is sent.
 *
 * A presigner moves the caller's x-amz- headers into the query unless it is told which to leave; here
 * all are left, since the question says what is a header.
 *
 * The answer is the request that the SDK hands to Node's HTTP library, which refuses some of them
 * (a raw space, a letter outside Latin-1). The packages lie in the folder given as argument.
 */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { Readable } from "node:stream";
import {
  bytes, date, pairs, serve, text, uniqueHeaders, Unrepresentable, Unsupported,
} from "../kit/node/sigv4-conformance.js";

const load = createRequire(`${process.argv[2]}/`);
const { Sha256 } = load("@smithy/core/checksum");
const { HttpRequest, buildQueryString, parseQueryString } = load("@smithy/core/protocols");
const { SignatureV4 } = load("@smithy/signature-v4");
const { SignatureV4a } = load("@smithy/signature-v4a");

const DESCRIPTION = `${process.argv[2]}/@smithy/signature-v4/package.json`;
const HELLO = {
  name: "smithy-signature-v4",
  version: JSON.parse(readFileSync(DESCRIPTION, "utf8")).version,
  roles: ["sign-header", "sign-query", "sign-sequence", "sign-events", "sign-v4a"],
  profiles: ["generic", "s3"],
  features: ["content-sha256-header", "obs-fold", "raw-non-ascii", "raw-space", "session-token",
    "unsigned-payload"],
  clock: "given",
};

/** A signer, with what its three methods return kept in `stages`. */
const showingStages = (Signer) => class extends Signer {
  stages = {};

  createCanonicalRequest(...given) {
    return (this.stages.canonical_request = super.createCanonicalRequest(...given));
  }

  async createStringToSign(...given) {
    return (this.stages.string_to_sign = await super.createStringToSign(...given));
  }

  async getSignature(...given) {
    return (this.stages.signature = await super.getSignature(...given));
  }
};

const ShowingV4 = showingStages(SignatureV4);
const ShowingV4a = showingStages(SignatureV4a);

function sign(question) {
  return signed(question, new ShowingV4(configuration(question)), buildRequest(question));
}

/** The region is the region set. */
async function signV4a(question) {
  if (question.placement === "query") throw new Unsupported("it has no presign()");
  const signer = new ShowingV4a(configuration(question));
  return signed(question, signer, buildRequest(question));
}

/**
 * Calls as one client makes them: signers of the same configuration are one, and a retry signs the
 * request object of the call before.
 */
async function signSequence({ calls }) {
  const signers = new Map();
  const answers = [];
  let before, request;
  for (const call of calls) {
    const settings = configuration(call);
    const key = JSON.stringify(settings);
    if (!signers.has(key)) signers.set(key, new ShowingV4(settings));
    const asked = JSON.stringify([call.request, call.payload]);
    if (asked !== before) request = buildRequest(call);
    answers.push(await signed(call, signers.get(key), request));
    before = asked;
  }
  return { calls: answers };
}

async function signed(question, signer, request) {
  signer.stages = {};
  const signingDate = date(question.time);
  const sent =
    question.placement === "query"
      ? await presign(signer, request, { signingDate, expiresIn: question.expires })
      : await signer.sign(request, { signingDate });
  const query = buildQueryString(sent.query);
  return {
    request: {
      method: sent.method,
      target: query ? `${sent.path}?${query}` : sent.path,
      headers: pairs(sent.headers),
    },
    stages: signer.stages,
  };
}

/**
 * The messages of an event stream, each with the signature before it. The payload line of the head
 * comes from its header, as the SDK's middleware sets it.
 */
async function signEvents({ time, region, service, key, start, messages }) {
  if (!key.credentials) throw new Unsupported("it derives its signing key itself");
  const call = { region, service, credentials: key.credentials, session_token_signed: true,
    normalize: true, double_encode: true, content_sha256_header: true, placement: "header", time };
  const signer = new ShowingV4(configuration(call));
  const answer = { messages: [] };
  let priorSignature = start.request ? undefined : text(start.seed_signature);
  if (start.request) {
    const request = buildRequest({ payload: "signed", request: start.request });
    request.headers["x-amz-content-sha256"] = "STREAMING-AWS4-HMAC-SHA256-EVENTS";
    const { request: sent, stages } = await signed(call, signer, request);
    answer.head = { request: sent, stages };
    priorSignature = stages.signature;
  }
  for (const message of messages) {
    const event = { headers: bytes(message.headers), payload: bytes(message.payload) };
    priorSignature =
      await signer.sign(event, { signingDate: date(message.time), priorSignature });
    answer.messages.push({ signature: priorSignature });
  }
  return answer;
}

function presign(signer, request, options) {
  const unhoistableHeaders = new Set(Object.keys(request.headers).map((name) => name.toLowerCase()));
  return signer.presign(request, { ...options, unhoistableHeaders }).catch((failure) => {
    // Its one refusal, of a life of more than a week, is a bare string.
    throw typeof failure === "string" ? new Unrepresentable(failure) : failure;
  });
}

function configuration(question) {
  const { access_key_id, secret_access_key, session_token } = question.credentials;
  if (question.double_encode !== question.normalize) {
    throw new Unsupported("uriEscapePath is one switch: normalise and encode, or neither");
  }
  if (session_token !== null && !question.session_token_signed) {
    throw new Unsupported("the session token is always signed");
  }
  return {
    credentials: {
      accessKeyId: text(access_key_id),
      secretAccessKey: text(secret_access_key),
      sessionToken: session_token === null ? undefined : text(session_token),
    },
    region: text(question.region),
    service: text(question.service),
    sha256: Sha256,
    uriEscapePath: question.double_encode,
    applyChecksum: question.content_sha256_header,
  };
}

function buildRequest({ payload, request: given }) {
  if (payload !== "signed" && payload !== "unsigned") {
    throw new Unsupported(`payload ${payload}`);
  }
  const body = bytes(given.body);
  const [path, ...query] = text(given.target).split("?");
  return new HttpRequest({
    method: text(given.method),
    path,
    query: parse(query.join("?")),
    headers: uniqueHeaders(given),
    body: payload === "signed" ? body : Readable.from(body), // a stream goes unsigned
  });
}

function parse(query) {
  try {
    return parseQueryString(query);
  } catch (failure) {
    throw new Unrepresentable(`parseQueryString: ${failure.message}`);
  }
}

serve(HELLO, { sign, "sign-sequence": signSequence, "sign-events": signEvents, "sign-v4a": signV4a });
