# The signer of fog-aws (Ruby), as Debian packages it, behind the sigv4-conformance protocol.
#
# `sign` takes the path as text, the query as a Hash of decoded names and values, and the time; the headers around it
# are set here as fog's requests set them. Excon, through which fog sends, writes the target. The path is treated as S3
# does if the service is named `s3`, and only then; it is never encoded.
require 'fog/aws'
require_relative '../kit/ruby/sigv4_conformance'

include Sigv4Conformance

def sign(question)
  service = text(question['service'])
  if question['placement'] == 'query'
    raise Unsupported, 'a presigned URL is put together by fog\'s storage'
  end
  if question['normalize'] == (service == 's3') || (service == 's3' && question['double_encode'])
    raise Unsupported, 'the path is treated as S3 does for the service s3, and only for it'
  end
  given, keys = question.values_at('request', 'credentials')
  if keys['session_token'] && !question['session_token_signed']
    raise Unsupported, 'the session token is always signed'
  end
  path, _, query = text(given['target']).partition('?')
  params = {
    method: text(given['method']), path: path, query: parameters(query),
    headers: headers(question), body: bytes(given['body'])
  }
  signer = Fog::AWS::SignatureV4.new(text(keys['access_key_id']), text(keys['secret_access_key']),
                                     text(question['region']), service)
  hash = payload_hash(question)
  params[:headers]['Authorization'] =
    signer.signature_header(params, Fog::Time.at(time(question['time']).to_i).utc, hash)
  target = path + Excon::Utils.query_string(query: params[:query])
  { request: { method: params[:method], target: target, headers: params[:headers].to_a } }
end

def parameters(query)
  pairs = query.split('&').map do |part|
    part.split('=', 2).map { |text| URI.decode_www_form_component(text) }
  end
  unless pairs.map(&:first).uniq.size == pairs.size
    raise Unrepresentable, 'the query is a Hash, which holds one of a name'
  end
  pairs.to_h { |name, value| [name || '', value] }
rescue ArgumentError => e
  raise Unrepresentable, "URI.decode_www_form_component: #{e.message}"
end

def headers(question)
  headers = unique_headers(question['request'])
  unless headers.any? { |name, _| name.casecmp?('Host') }
    raise Unrepresentable, 'a request of fog has a Host header'
  end
  headers['x-amz-date'] = question['time']
  token = question['credentials']['session_token']
  headers['x-amz-security-token'] = text(token) if token
  headers['x-amz-content-sha256'] = payload_hash(question) if question['content_sha256_header']
  headers
end

def payload_hash(question)
  case question['payload']
  when 'signed' then OpenSSL::Digest::SHA256.hexdigest(bytes(question['request']['body']))
  when 'unsigned' then 'UNSIGNED-PAYLOAD'
  else raise Unsupported, "payload #{question['payload']}"
  end
end

serve({ name: 'fog-aws', version: Fog::AWS::VERSION, roles: %w[sign-header sign-sequence], profiles: %w[generic s3],
        features: %w[content-sha256-header normalized-single-encoded session-token unsigned-payload] },
      'sign' => method(:sign))
