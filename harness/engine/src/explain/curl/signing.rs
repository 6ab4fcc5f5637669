//! `--aws-sigv4`: the line is not signed, curl signs the request when it sends it.

use super::super::parts::InputError;

/// What a curl command line tells curl to sign with.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct CurlSigning {
    /// The first provider, such as `aws`: it names the algorithm and the terminator of the scope.
    pub provider1: String,
    /// The second provider, such as `amz`: it names the headers. The first where none is given.
    pub provider2: String,
    /// The region of the scope.
    pub region: String,
    /// The service of the scope.
    pub service: String,
    /// The access key id, where `--user` gives it; the secret is not kept.
    pub access_key_id: Option<String>,
}

impl CurlSigning {
    /// Reads `provider1[:provider2[:region[:service]]]`. What is missing comes from the host: its
    /// first label is the service, its second the region. (`CURLOPT_AWS_SIGV4`, and measured with
    /// curl 7.88.)
    ///
    /// # Errors
    /// Values that curl itself refuses.
    pub(super) fn of(
        value: &[u8],
        host: &[u8],
        access_key_id: Option<String>,
    ) -> Result<Self, InputError> {
        let refused = |problem: &str| InputError::new("curl --aws-sigv4", problem);
        let text = |bytes: &[u8]| {
            let text = std::str::from_utf8(bytes).map_err(|_| refused("expected UTF-8"))?;
            Ok::<_, InputError>(text.to_owned())
        };
        let mut fields = value.splitn(4, |&byte| byte == b':');
        let mut field = || fields.next().filter(|field| !field.is_empty());
        let (provider1, provider2, region, service) = (field(), field(), field(), field());
        let provider1 = provider1.ok_or_else(|| refused("expected a provider, such as aws:amz"))?;
        let mut labels = host.split(|&byte| byte == b'.');
        let (first, second, third) = (labels.next(), labels.next(), labels.next());
        let (region, service) = match (region, service) {
            (Some(region), Some(service)) => (region, service),
            (region, None) => {
                let service =
                    first.filter(|_| second.is_some()).ok_or_else(|| refused(NO_SERVICE))?;
                let region = region
                    .or(second.filter(|_| third.is_some()))
                    .ok_or_else(|| refused(NO_REGION))?;
                (region, service)
            }
            (None, Some(_)) => return Err(refused("expected a region before the service")),
        };
        Ok(Self {
            provider1: text(provider1)?,
            provider2: text(provider2.unwrap_or(provider1))?,
            region: text(region)?,
            service: text(service)?,
            access_key_id,
        })
    }
}

const NO_SERVICE: &str = "curl finds no service, neither here nor in the name of the host: \
                          expected aws:amz:REGION:SERVICE";
const NO_REGION: &str = "curl finds no region, neither here nor in the name of the host: expected \
                         aws:amz:REGION:SERVICE";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_missing_comes_from_the_host() {
        for (value, host, expected) in [
            (
                "aws:amz:us-east-1:execute-api",
                "api.example.com",
                ["aws", "amz", "us-east-1", "execute-api"],
            ),
            ("aws:amz", "s3.eu-west-1.amazonaws.com", ["aws", "amz", "eu-west-1", "s3"]),
            ("aws:amz:us-east-2", "s3.example.com", ["aws", "amz", "us-east-2", "s3"]),
            ("osc", "api.eu-west-2.outscale.com", ["osc", "osc", "eu-west-2", "api"]),
            ("aws:amz", "127.0.0.1", ["aws", "amz", "0", "127"]),
        ] {
            let read = CurlSigning::of(value.as_bytes(), host.as_bytes(), None).unwrap();
            let fields = [read.provider1, read.provider2, read.region, read.service];
            assert_eq!(fields, expected, "{value} {host}");
        }
    }

    #[test]
    fn what_curl_refuses_is_refused() {
        for (value, host) in [
            ("aws:amz", "localhost"),
            ("aws:amz", "s3.local"),
            ("", "s3.r.amazonaws.com"),
            (":amz:r:s", "h.r.x"),
            ("aws:amz::s3", "s3.r.amazonaws.com"),
        ] {
            let error = CurlSigning::of(value.as_bytes(), host.as_bytes(), None).unwrap_err();
            assert_eq!(error.place, "curl --aws-sigv4", "{value}");
        }
    }
}
