<?php
/**
 * What adapters of sigv4-conformance in PHP have in common: the lines of the protocol and its bytes.
 * Copy this file next to your adapter; it needs PHP 8.1 and nothing else:
 *
 *     use function Sigv4Conformance\{bytes, serve, text, uniqueHeaders};
 *     require __DIR__ . '/sigv4_conformance.php';
 *     $hello = ['name' => 'my-signer', 'version' => '1.0', 'roles' => ['sign-header'], 'profiles' => ['generic']];
 *     serve($hello, ['sign' => function (array $question): array {
 *         if ($question['payload'] !== 'signed') throw new Sigv4Conformance\Unsupported('it always signs the body');
 *         ['request' => $request, 'credentials' => $keys] = $question;
 *         $headers = MySigner::sign(text($keys['access_key_id']), text($keys['secret_access_key']),
 *             bytes($request['method']), bytes($request['target']), uniqueHeaders($request), bytes($request['body']),
 *             $question['time']);
 *         return ['request' => ['method' => $request['method'], 'target' => $request['target'],
 *             'headers' => Sigv4Conformance\pairs($headers)]];
 *     }]);
 *
 * `serve($hello, $operations)` has a callable for each `op`, which takes the question and returns the answer. `seq` is
 * added, and `result` where there is only one ("signed" for `sign`); `verify` returns `['result' => 'accept']`, or
 * `['result' => 'reject', 'detail' => '...']`. Throw Unsupported or Unrepresentable with the reason for an answer of
 * that kind; anything else that is thrown, a warning of PHP's too, becomes an `error`. Without a callable of its own,
 * `sign-sequence` calls `sign` for one call after the other. A string of the answer that is not UTF-8 is sent as
 * base64.
 *
 * PHP's clock cannot be set from within, so the subject has to take the time, or to run under faketime. A request that
 * was signed at another time than that of the question becomes an `error`.
 */
namespace Sigv4Conformance;

/** The subject's interface has no way to request this. */
class Unsupported extends \Exception {}

/** The subject's interface cannot hold this input, or refuses it on purpose. */
class Unrepresentable extends \Exception {}

const RESULTS = ['sign' => 'signed', 'sign-sequence' => 'signed-sequence', 'sign-chunks' => 'signed-chunks',
    'sign-events' => 'signed-events', 'sign-v4a' => 'signed-v4a', 'sign-post-policy' => 'signed-post-policy',
    'sign-legacy' => 'signed-legacy', 'sign-v4a-chunks' => 'signed-v4a-chunks', 'token' => 'token',
    'derive-key' => 'derived', 'derive-key-pair' => 'derived-key-pair'];

/** Bytes of the protocol, a string or an object with base64, as a string. */
function bytes(string|array $value): string
{
    return is_string($value) ? $value : base64_decode($value['base64'], true);
}

/** Bytes of the protocol as a string that is UTF-8. */
function text(string|array $value): string
{
    $string = bytes($value);
    if (!preg_match('//u', $string)) throw new Unrepresentable('the subject takes text, and this is not UTF-8');
    return $string;
}

/** The headers of a request as an array by name, for a subject that holds one of a name. */
function uniqueHeaders(array $request): array
{
    $headers = [];
    foreach ($request['headers'] as [$name, $value]) $headers[bytes($name)] = bytes($value);
    if (count(array_change_key_case($headers)) < count($request['headers'])) {
        throw new Unrepresentable('headers are an array, which holds one of a name');
    }
    return $headers;
}

/** The headers of an array by name, each with a value or a list of values, as the pairs of an answer. */
function pairs(array $headers): array
{
    $pairs = [];
    foreach ($headers as $name => $values) {
        foreach ((array) $values as $value) $pairs[] = [(string) $name, (string) $value];
    }
    return $pairs;
}

/** A time of the protocol as a DateTimeImmutable. */
function date(string $time): \DateTimeImmutable
{
    return \DateTimeImmutable::createFromFormat('Ymd\THis\Z', $time, new \DateTimeZone('UTC'));
}

/**
 * Calls the operation, and checks that what it signed carries the time of the question, or of another call of it, which
 * is for the judge to see.
 */
function timed(callable $operation, array $question): array
{
    static $times = [];
    if (isset($question['op'])) $times = array_column($question['calls'] ?? [$question], 'time');
    $answer = $operation($question);
    $signed = isset($question['placement']) && !dates($question['request']) ? dates($answer['request']) : [];
    if ($signed && !array_intersect($signed, $times)) {
        throw new \Exception("signed at $signed[0], not at {$question['time']}");
    }
    return $answer;
}

/** The dates of a request that a signer can have set. */
function dates(array $request): array
{
    preg_match_all('/[?&]X-Amz-Date=([^&]*)/i', bytes($request['target']), $found);
    foreach ($request['headers'] as [$name, $value]) {
        if (in_array(strtolower(bytes($name)), ['date', 'x-amz-date'], true)) $found[1][] = bytes($value);
    }
    return $found[1];
}

/** An answer with each string that is not UTF-8 as base64. */
function encode(mixed $value): mixed
{
    if (is_array($value)) return array_map(encode(...), $value);
    return is_string($value) && !preg_match('//u', $value) ? ['base64' => base64_encode($value)] : $value;
}

/** Greets with `$hello`, then answers questions with `$operations` until the input ends. */
function serve(array $hello, array $operations): void
{
    $greeting = ['op' => 'hello', 'protocol' => 1, 'language' => 'PHP ' . PHP_VERSION] + $hello;
    if (isset($operations['sign']) && in_array('sign-sequence', $hello['roles'], true)) {
        $operations += ['sign-sequence' => fn($question) =>
            ['calls' => array_map(fn($call) => timed($operations['sign'], $call), $question['calls'])]];
    }
    set_error_handler(function (int $level, string $message): bool {
        throw new \ErrorException($message, 0, $level);
    }, E_ALL & ~E_DEPRECATED & ~E_USER_DEPRECATED);
    ini_set('display_errors', 'stderr'); // standard output belongs to the protocol
    while (($line = fgets(STDIN)) !== false) {
        $answer = encode(answer(json_decode($line, true, 512, JSON_THROW_ON_ERROR), $greeting, $operations));
        fwrite(STDOUT, json_encode($answer, JSON_THROW_ON_ERROR | JSON_UNESCAPED_SLASHES) . "\n");
        fflush(STDOUT);
    }
}

function answer(array $question, array $greeting, array $operations): array
{
    if ($question['op'] === 'hello') return $greeting;
    $of = fn(string $result, string $detail) => ['seq' => $question['seq'], 'result' => $result, 'detail' => $detail];
    try {
        $operation = $operations[$question['op']] ?? throw new Unsupported("no operation {$question['op']}");
        $answer = timed($operation, $question) + ['result' => RESULTS[$question['op']] ?? ''];
        return ['seq' => $question['seq']] + $answer;
    } catch (Unsupported $refusal) {
        return $of('unsupported', $refusal->getMessage());
    } catch (Unrepresentable $refusal) {
        return $of('unrepresentable', $refusal->getMessage());
    } catch (\Throwable $failure) {
        return $of('error', get_class($failure) . ': ' . $failure->getMessage());
    }
}
