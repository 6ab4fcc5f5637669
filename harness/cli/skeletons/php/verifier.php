<?php
/** my-verifier behind the protocol of sigv4-conformance, whose PROTOCOL.md describes every field of a question. */
use Sigv4Conformance\Unsupported;
use function Sigv4Conformance\{bytes, serve, text, uniqueHeaders};

require __DIR__ . '/sigv4_conformance.php';

const HELLO = [
    'name' => 'my-verifier',
    'version' => '0.1.0',
    'roles' => ['verify'],
    'profiles' => ['generic', 's3'],
    'features' => [], // what else it can do, such as 'session-token'
];

function verify(array $question): array
{
    // YOUR VERIFIER GOES HERE. For example:
    //
    //     $request = $question['request'];
    //     try {
    //         MyVerifier::verify(bytes($request['method']), bytes($request['target']), uniqueHeaders($request),
    //             bytes($request['body']), $question['keys'], text($question['region']), text($question['service']),
    //             $question['time'], $question['window_seconds']);
    //     } catch (MyVerifier\Refusal $refusal) {
    //         return ['result' => 'reject', 'detail' => $refusal->getMessage()];
    //     }
    //     return ['result' => 'accept'];
    //
    // Throw Unsupported where your verifier has no way to do what is asked (chunks, forms, SigV4A, derived keys), and
    // Sigv4Conformance\Unrepresentable where it cannot hold the request.
    throw new Unsupported('no verifier yet');
}

serve(HELLO, ['verify' => verify(...)]);
