<?php
/**
 * The signer of async-aws/core, as Debian packages it, behind the sigv4-conformance protocol.
 *
 * A Request holds the path as text, the query as an array, and headers with names in lower case; setEndpoint() reads
 * them from a URL, and getEndpoint() writes the URL that is sent. The host is that of the URL. A path is encoded once
 * more, and never normalised. The signer for S3 is in another package.
 */
use AsyncAws\Core\{Credentials\Credentials, Exception\InvalidArgument, Request, RequestContext};
use AsyncAws\Core\{Signer\SignerV4, Stream\StringStream};
use Sigv4Conformance\{Unrepresentable, Unsupported};
use function Sigv4Conformance\{bytes, date, pairs, serve, text, uniqueHeaders};

require 'AsyncAws/Core/autoload.php';
require __DIR__ . '/../kit/php/sigv4_conformance.php';

function sign(array $question): array
{
    if (!$question['double_encode']) throw new Unsupported('the path is always encoded');
    $keys = $question['credentials'];
    if ($keys['session_token'] !== null && !$question['session_token_signed']) {
        throw new Unsupported('the session token is always signed');
    }
    $request = buildRequest($question);
    $token = $keys['session_token'] === null ? null : bytes($keys['session_token']);
    $credentials = new Credentials(bytes($keys['access_key_id']), bytes($keys['secret_access_key']), $token);
    $signer = new SignerV4(bytes($question['service']), bytes($question['region']));
    $now = date($question['time']);
    try {
        if ($question['placement'] === 'query') {
            $until = $now->modify("+{$question['expires']} seconds");
            $context = ['currentDate' => $now, 'expirationDate' => $until];
            $signer->presign($request, $credentials, new RequestContext($context));
        } else {
            $signer->sign($request, $credentials, new RequestContext(['currentDate' => $now]));
        }
    } catch (InvalidArgument $refusal) {
        throw new Unrepresentable($refusal->getMessage());
    }
    $target = preg_replace('{^https://[^/?]*}', '', $request->getEndpoint());
    return ['request' => ['method' => $request->getMethod(), 'target' => $target,
        'headers' => pairs($request->getHeaders()), 'body' => $request->getBody()->stringify()]];
}

function buildRequest(array $question): Request
{
    ['request' => $given, 'payload' => $payload] = $question;
    $headers = uniqueHeaders($given);
    $host = array_change_key_case($headers)['host'] ?? throw new Unrepresentable('the host is that of a URL');
    $url = "https://$host" . bytes($given['target']);
    if ((parse_url($url)['host'] ?? null) === null) throw new Unrepresentable('parse_url() finds no host');
    $body = StringStream::create(bytes($given['body']));
    if ($payload !== 'signed' && $payload !== 'unsigned') throw new Unsupported("payload $payload");
    if ($payload === 'unsigned') {
        $headers['x-amz-content-sha256'] = 'UNSIGNED-PAYLOAD';
    } elseif ($question['placement'] === 'header' && $question['content_sha256_header']) {
        $headers['x-amz-content-sha256'] = $body->hash();
    }
    $request = new Request(bytes($given['method']), '/', [], $headers, $body);
    $request->setEndpoint($url);
    return $request;
}

$version = shell_exec("dpkg-query -W -f '\${source:Upstream-Version}' php-async-aws-core");
serve(['name' => 'async-aws-core', 'version' => trim($version),
    'roles' => ['sign-header', 'sign-query', 'sign-sequence'], 'profiles' => ['generic'],
    'features' => ['content-sha256-header', 'session-token', 'unnormalized-double-encoded', 'unsigned-payload']],
    ['sign' => sign(...)]);
