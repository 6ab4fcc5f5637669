#!/usr/bin/env bash
# faraday_middleware-aws-sigv4: a space in one value makes the name of another parameter signed wrong.
#
# Packages (Debian): ruby-faraday-middleware-aws-sigv4 0.3.0, with ruby-faraday 1.1.0 and ruby-aws-sigv4 1.5.1 (RubyGems
# has them without "ruby-", with underscores). Run on 2026-11-30.
#
# Expected, as written down before the run: a parameter with a space is signed right, whatever the others are.
#
# Seen: `name~=a&q=b` and `name*=a&q=b` are sent and signed right, and so is `q=a b` next to other names. As soon as one
# value has a space, the middleware encodes the query again for the signature: values by the rules of SigV4, names by
# those of HTML forms, which escape the tilde and leave the asterisk. So `name~=a&q=b c` and `name*=a&q=b c` are signed
# for `name%7E` and for a raw `name*`, and each is refused.
#
# Why it surprises: the same two parameters work with "red" and fail with "dark red". The step is there to make values
# with a space right, which it does.
# Says otherwise: the SigV4 documentation ("Create a canonical request"): names and values are encoded alike; the tilde is
# not escaped, and the asterisk is.
#
# For a user: filters such as `name~` and names such as `title*` do not go with a text that has a space. Sign such
# requests with the gem aws-sigv4 itself.
set -euo pipefail
for tool in ruby apt-get dpkg; do command -v "$tool" >/dev/null || { echo "skipped: needs $tool"; exit 2; }; done
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT; cd "$work"
apt-get download ruby-faraday-middleware-aws-sigv4=0.3.0-2 ruby-faraday=1.1.0-7 ruby-aws-sigv4=1.5.1-2 \
    ruby-aws-eventstream=1.2.0-1 ruby-multipart-post=2.0.0-2 ruby-ruby2-keywords=0.0.5-1 >/dev/null 2>&1 ||
    { echo "skipped: needs the packages of Debian 12, after apt-get update"; exit 2; }
for package in *.deb; do dpkg -x "$package" root; done
cat > run.rb <<'RB'
require 'digest'
require 'faraday'
require 'faraday_middleware/aws_sigv4'
require 'openssl'

SECRET = 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY'

def encode(text)
  text.b.gsub(/[^A-Za-z0-9\-._~]/) { |byte| format('%%%02X', byte.ord) }
end

def signature(query, headers, names, scope)
  lines = names.split(';').map { |name| "#{name}:#{headers[name]}\n" }.join
  canonical = ['GET', '/', query, lines, names, Digest::SHA256.hexdigest('')].join("\n")
  text = ['AWS4-HMAC-SHA256', headers['x-amz-date'], scope, Digest::SHA256.hexdigest(canonical)].join("\n")
  key = scope.split('/').inject("AWS4#{SECRET}") { |former, part| OpenSSL::HMAC.digest('SHA256', former, part) }
  OpenSSL::HMAC.hexdigest('SHA256', key, text)
end

client = Faraday.new(url: 'https://example.amazonaws.com') do |stack|
  stack.request :aws_sigv4, service: 'execute-api', region: 'us-east-1', access_key_id: 'AKIDEXAMPLE', secret_access_key: SECRET
  stack.adapter :test do |stubs|
    stubs.get(/.*/) do |request|
      headers = request.request_headers.to_h.transform_keys(&:downcase)
      scope, names, sent = headers['authorization'].match(/Credential=\w+\/([^,]+), SignedHeaders=([^,]+), Signature=(\w+)/).captures
      pairs = URI.decode_www_form(request.url.query)
      right = pairs.map { |pair| pair.map { |text| encode(text) } }.sort.map { |pair| pair.join('=') }.join('&')
      verdict = signature(right, headers, names, scope) == sent ? 'right' : 'wrong'
      puts "#{pairs.map { |pair| pair.join('=') }.join(', ')}: sent as #{request.url.query}, signature #{verdict}"
      [200, {}, '']
    end
  end
end
['color', 'name~', 'name*'].each do |name|
  ['red', 'dark red'].each { |value| client.get('/', { name => 'a', 'q' => value }) }
end
RB
gems=root/usr/share/rubygems-integration/all/gems
ruby -Iroot/usr/lib/ruby/vendor_ruby $(printf -- '-I%s ' "$gems"/*/lib) run.rb > seen.txt 2>errors.txt
cat > expected.txt <<'TXT'
color=a, q=red: sent as color=a&q=red, signature right
color=a, q=dark red: sent as color=a&q=dark+red, signature right
name~=a, q=red: sent as name~=a&q=red, signature right
name~=a, q=dark red: sent as name~=a&q=dark+red, signature wrong
name*=a, q=red: sent as name%2A=a&q=red, signature right
name*=a, q=dark red: sent as name%2A=a&q=dark+red, signature wrong
TXT
cat seen.txt
diff expected.txt seen.txt || { echo "Changed: the middleware no longer signs names as recorded."; exit 1; }
echo "As recorded: with a space in one value, the name of another parameter is signed by the rules of forms."
