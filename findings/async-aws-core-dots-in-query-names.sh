#!/usr/bin/env bash
# async-aws/core: signing turns the dots in the names of parameters into underscores.
#
# Package (Debian): php-async-aws-core 1.18.1 (Packagist: async-aws/core), with php-symfony-http-client to catch
# requests.
#
# Seen: a client of one's own, made with the base class AbstractApi, asks for `/?Filter.1.Name=zone`. Without
# credentials, it is sent unchanged. With credentials, `/?Filter_1_Name=zone` is sent, and its signature is right for
# that; a space in a name becomes an underscore, too. Names with hyphens stay. The request reads its parameters from
# the URL with PHP's parse_str(), which turns them into names of variables, and signing writes the URL again from
# those.
#
# Why it surprises: only signing changes the URL, though a signer adds headers. The signature matches the changed URL,
# so that there is no 403: the service sees a parameter that it does not know, and not the one that was asked for.
# Says otherwise: the EC2 API documentation (DescribeInstances) names its parameters Filter.1.Name and
# Filter.1.Value.1, and takes them in the query of a GET. The PHP manual, "parse_str": dots and spaces in names become
# underscores.
#
# For a user: put such parameters into the body of a POST, as the clients of the package do.
set -euo pipefail
for tool in php dpkg-query; do command -v "$tool" >/dev/null || { echo "skipped: needs $tool"; exit 2; }; done
dpkg-query -W -f '${source:Upstream-Version}\n' php-async-aws-core 2>/dev/null | grep -qx 1.18.1 ||
    { echo "skipped: needs the Debian package php-async-aws-core 1.18.1"; exit 2; }
dpkg-query -W php-symfony-http-client >/dev/null 2>&1 ||
    { echo "skipped: needs the Debian package php-symfony-http-client"; exit 2; }
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT; cd "$work"
cat > run.php <<'PHP'
<?php
require 'AsyncAws/Core/autoload.php';
require 'Symfony/Component/HttpClient/autoload.php';
use AsyncAws\Core\{AbstractApi, Configuration, Request};
use AsyncAws\Core\Credentials\{Credentials, NullProvider};
use AsyncAws\Core\Stream\StringStream;
use Symfony\Component\HttpClient\{MockHttpClient, Response\MockResponse};

const SECRET = 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY';

final class Api extends AbstractApi
{
    public function get(array $query): void
    {
        $this->getResponse(new Request('GET', '/', $query, [], StringStream::create('')))->resolve();
    }

    protected function getEndpointMetadata(?string $region): array
    {
        return ['endpoint' => 'https://ec2.us-east-1.amazonaws.com', 'signRegion' => 'us-east-1',
            'signService' => 'ec2', 'signVersions' => ['v4']];
    }
}

/** For a GET of this query, with the headers that were sent. */
function signature(string $query, array $headers, string $names, string $scope): string
{
    $lines = implode('', array_map(fn ($name) => "$name:{$headers[$name]}\n", explode(';', $names)));
    $canonical = implode("\n", ['GET', '/', $query, $lines, $names, hash('sha256', '')]);
    $text = implode("\n", ['AWS4-HMAC-SHA256', $headers['x-amz-date'], $scope, hash('sha256', $canonical)]);
    $key = 'AWS4' . SECRET;
    foreach (explode('/', $scope) as $part) {
        $key = hash_hmac('sha256', $part, $key, true);
    }
    return hash_hmac('sha256', $text, $key);
}

function answer(string $method, string $url, array $options): MockResponse
{
    [$query, $headers] = [parse_url($url, PHP_URL_QUERY), []];
    foreach ($options['headers'] as $line) {
        [$name, $value] = explode(': ', $line, 2);
        $headers[strtolower($name)] = $value;
    }
    $said = 'unsigned';
    $pattern = '{Credential=[^/]+/([^,]+), SignedHeaders=([^,]+), Signature=(\w+)}';
    if (preg_match($pattern, $headers['authorization'] ?? '', $found)) {
        [, $scope, $names, $sent] = $found;
        $said = 'signature ' . (signature($query, $headers, $names, $scope) === $sent ? 'right' : 'wrong') . ' for it';
    }
    echo "  sent as $query, $said\n";
    return new MockResponse('');
}

foreach (['Filter-1-Name', 'Filter.1.Name', 'my name'] as $name) {
    echo "$name\n";
    foreach ([new NullProvider(), new Credentials('AKIDEXAMPLE', SECRET)] as $provider) {
        $http = new MockHttpClient(answer(...));
        (new Api(Configuration::create(['region' => 'us-east-1']), $provider, $http))->get([$name => 'zone']);
    }
}
PHP
php run.php > seen.txt
cat > expected.txt <<'TXT'
Filter-1-Name
  sent as Filter-1-Name=zone, unsigned
  sent as Filter-1-Name=zone, signature right for it
Filter.1.Name
  sent as Filter.1.Name=zone, unsigned
  sent as Filter_1_Name=zone, signature right for it
my name
  sent as my+name=zone, unsigned
  sent as my_name=zone, signature right for it
TXT
cat seen.txt
diff expected.txt seen.txt || { echo "Changed: async-aws/core no longer renames parameters as recorded."; exit 1; }
echo "As recorded: async-aws/core writes underscores for dots in the names of parameters once it signs."
