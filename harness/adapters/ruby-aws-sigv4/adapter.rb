# aws-sigv4 (Ruby) behind the sigv4-conformance protocol.
#
# The signer takes the time of `sign_request` from the header X-Amz-Date, where the SDK sets it, and
# that of `presign_url` as an option. Headers go in as the SDK holds them: a hash, names in lower
# case. `sign_request` returns headers to add, `presign_url` a URI; the target is what Net::HTTP
# asks of a URI. Without the gem aws-crt, which Debian has not, the signer is all Ruby.
require 'aws-sigv4'
require 'json'
require 'time'

URL = 'https://example.amazonaws.com' # for the URI only: the Host header is always given
HELLO = {
  op: 'hello',
  protocol: 1,
  name: 'ruby-aws-sigv4',
  version: Aws::Sigv4::VERSION,
  language: "Ruby #{RUBY_VERSION}",
  roles: %w[sign-header sign-query sign-sequence],
  profiles: %w[generic s3],
  features: %w[content-sha256-header obs-fold session-token unnormalized-double-encoded
               unsigned-payload],
  clock: 'given'
}.freeze

# A result other than `signed`, and why.
class Refusal < StandardError
  attr_reader :result

  def initialize(result, detail)
    super(detail)
    @result = result
  end
end

# The signer, with what its three methods return kept in `stages`.
class ShowingStages < Aws::Sigv4::Signer
  def stages
    @stages ||= {}
  end

  private

  def canonical_request(*)
    stages[:canonical_request] = super
  end

  def string_to_sign(*)
    stages[:string_to_sign] = super
  end

  def signature(*)
    stages[:signature] = super
  end
end

def sign(question)
  signed(question, ShowingStages.new(configuration(question)))
end

# Calls as one client makes them: signers of the same configuration are one. A signer returns headers
# and leaves the request alone, so a retry is a request like any other.
def sign_sequence(question)
  signers = Hash.new { |known, settings| known[settings] = ShowingStages.new(settings) }
  calls = question['calls'].map { |call| signed(call, signers[configuration(call)]) }
  { result: 'signed-sequence', calls: calls }
end

def signed(question, signer)
  headers, request = build_request(question)
  uri = if question['placement'] == 'query'
          presign(signer, question, request)
        else
          headers = headers.merge(signer.sign_request(request).headers)
          URI.parse(request[:url])
        end
  {
    result: 'signed',
    request: { method: request[:http_method], target: uri.request_uri, headers: headers.to_a },
    stages: signer.stages.dup
  }
rescue URI::InvalidURIError, ArgumentError => e
  # The gem's own errors are ArgumentErrors. So is what its sort of the query dies of, where a
  # parameter without a value meets another of its name: the detail tells the two apart.
  raise Refusal.new('unrepresentable', "#{e.class}: #{e.message}")
end

def configuration(question)
  keys = question['credentials'].transform_values { |value| value && text(value) }
  if keys['session_token'] && !question['session_token_signed']
    raise Refusal.new('unsupported', 'omit_session_token works with aws-crt only')
  end
  if question['normalize'] && !question['double_encode']
    raise Refusal.new('unsupported', 'normalize_path works with aws-crt only')
  end
  {
    **keys.transform_keys(&:to_sym),
    region: text(question['region']),
    service: text(question['service']),
    uri_escape_path: question['double_encode'],
    apply_checksum_header: question['content_sha256_header']
  }
end

# The headers of the caller, and what the signer is given.
def build_request(question)
  given = question['request']
  headers = given['headers'].to_h { |name, value| [text(name).downcase, text(value)] }
  if headers.size < given['headers'].size
    raise Refusal.new('unrepresentable', 'headers are a Hash, which holds one of a name')
  end
  unless headers.key?('host')
    raise Refusal.new('unrepresentable', 'without a Host header the signer takes the host of its URI')
  end
  target = text(given['target'])
  uri = URI.parse(URL + target)
  unless uri.path == target[/\A[^?]*/] && uri.fragment.nil?
    raise Refusal.new('unrepresentable', "a URI makes of this target #{uri.request_uri}")
  end
  request = {
    http_method: text(given['method']),
    url: URL + target,
    headers: headers,
    body: data(given['body'])
  }
  return [headers, request] if question['placement'] == 'query'

  headers['x-amz-date'] = question['time']
  headers['x-amz-content-sha256'] = 'UNSIGNED-PAYLOAD' if unsigned?(question)
  [headers, request]
end

def presign(signer, question, request)
  signer.presign_url(
    **request,
    time: Time.strptime("#{question['time']}+0000", '%Y%m%dT%H%M%SZ%z'),
    expires_in: question['expires'],
    body_digest: unsigned?(question) ? 'UNSIGNED-PAYLOAD' : nil
  )
end

def unsigned?(question)
  case question['payload']
  when 'signed' then false
  when 'unsigned' then true
  else raise Refusal.new('unsupported', "payload #{question['payload']}")
  end
end

# Bytes of the protocol: a string, or an object with base64.
def data(value)
  value.is_a?(String) ? value : value['base64'].unpack1('m0')
end

def text(value)
  bytes = data(value).dup.force_encoding(Encoding::UTF_8)
  return bytes if bytes.valid_encoding?

  raise Refusal.new('unrepresentable', 'the gem takes text, and this is not UTF-8')
end

def answer(question)
  return HELLO if question['op'] == 'hello'
  outcome = case question['op']
            when 'sign' then sign(question)
            when 'sign-sequence' then sign_sequence(question)
            else raise Refusal.new('unsupported', "no operation #{question['op']}")
            end
  { seq: question['seq'], **outcome }
rescue Refusal => e
  { seq: question['seq'], result: e.result, detail: e.message }
rescue StandardError => e
  { seq: question['seq'], result: 'error', detail: "#{e.class}: #{e.message}" }
end

$stdin.set_encoding(Encoding::UTF_8)
$stdout.sync = true
$stdin.each_line { |line| $stdout.puts(JSON.generate(answer(JSON.parse(line)))) }
