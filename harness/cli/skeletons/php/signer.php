<?php
/** my-signer behind the protocol of sigv4-conformance, whose PROTOCOL.md describes every field of a question. */
use Sigv4Conformance\Unsupported;
use function Sigv4Conformance\{bytes, pairs, serve, text, uniqueHeaders};

require __DIR__ . '/sigv4_conformance.php';

const HELLO = [
    'name' => 'my-signer',
    'version' => '0.1.0',
    'roles' => ['sign-header'], // and 'sign-query', if it presigns URLs
    'profiles' => ['generic', 's3'],
    'features' => [], // what else it can do, such as 'session-token'
];

function sign(array $question): array
{
    // YOUR SIGNER GOES HERE. For example:
    //
    //     if ($question['placement'] !== 'header') throw new Unsupported('it does not presign');
    //     if ($question['payload'] !== 'signed') throw new Unsupported('it always signs the body');
    //     ['request' => $request, 'credentials' => $keys] = $question;
    //     $headers = MySigner::sign(text($keys['access_key_id']), text($keys['secret_access_key']),
    //         text($question['region']), text($question['service']), bytes($request['method']),
    //         bytes($request['target']), uniqueHeaders($request), bytes($request['body']), $question['time']);
    //     return ['request' => ['method' => $request['method'], 'target' => $request['target'],
    //         'headers' => pairs($headers)]];
    //
    // 'normalize' and 'double_encode' say how the path becomes canonical. Throw Unsupported where your signer has no
    // way to do what is asked, and Sigv4Conformance\Unrepresentable where it cannot hold the request.
    throw new Unsupported('no signer yet');
}

serve(HELLO, ['sign' => sign(...)]);
