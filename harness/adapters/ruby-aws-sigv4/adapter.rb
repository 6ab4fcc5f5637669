# aws-sigv4 (Ruby) behind the sigv4-conformance protocol.
#
# The signer takes the time of `sign_request` from the header X-Amz-Date, where the SDK sets it, and
# that of `presign_url` as an option. Headers go in as the SDK holds them: a hash, names in lower
# case. `sign_request` returns headers to add, `presign_url` a URI; the target is what Net::HTTP
# asks of a URI. Without the gem aws-crt, which Debian has not, the signer is all Ruby.
require 'aws-sigv4'
require_relative '../kit/ruby/sigv4_conformance'

include Sigv4Conformance

URL = 'https://example.amazonaws.com' # for the URI only: the Host header is always given
HELLO = {
  name: 'ruby-aws-sigv4',
  version: Aws::Sigv4::VERSION,
  roles: %w[sign-header sign-query sign-sequence],
  profiles: %w[generic s3],
  features: %w[content-sha256-header obs-fold session-token unnormalized-double-encoded
               unsigned-payload],
  clock: 'given'
}.freeze

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
  { calls: calls }
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
    request: { method: request[:http_method], target: uri.request_uri, headers: headers.to_a },
    stages: signer.stages.dup
  }
rescue URI::InvalidURIError, ArgumentError => e
  # The gem's own errors are ArgumentErrors. So is what its sort of the query dies of, where a
  # parameter without a value meets another of its name: the detail tells the two apart.
  raise Unrepresentable, "#{e.class}: #{e.message}"
end

def configuration(question)
  keys = question['credentials'].transform_values { |value| value && text(value) }
  if keys['session_token'] && !question['session_token_signed']
    raise Unsupported, 'omit_session_token works with aws-crt only'
  end
  if question['normalize'] && !question['double_encode']
    raise Unsupported, 'normalize_path works with aws-crt only'
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
  headers = unique_headers(given).transform_keys(&:downcase)
  unless headers.key?('host')
    raise Unrepresentable, 'without a Host header the signer takes the host of its URI'
  end
  target = text(given['target'])
  uri = URI.parse(URL + target)
  unless uri.path == target[/\A[^?]*/] && uri.fragment.nil?
    raise Unrepresentable, "a URI makes of this target #{uri.request_uri}"
  end
  request = {
    http_method: text(given['method']),
    url: URL + target,
    headers: headers,
    body: bytes(given['body'])
  }
  return [headers, request] if question['placement'] == 'query'

  headers['x-amz-date'] = question['time']
  headers['x-amz-content-sha256'] = 'UNSIGNED-PAYLOAD' if unsigned?(question)
  [headers, request]
end

def presign(signer, question, request)
  signer.presign_url(
    **request,
    time: time(question['time']),
    expires_in: question['expires'],
    body_digest: unsigned?(question) ? 'UNSIGNED-PAYLOAD' : nil
  )
end

def unsigned?(question)
  case question['payload']
  when 'signed' then false
  when 'unsigned' then true
  else raise Unsupported, "payload #{question['payload']}"
  end
end

serve(HELLO, 'sign' => method(:sign), 'sign-sequence' => method(:sign_sequence))
