//! The five requests, from one that is nearly all overhead to one that is nearly all hashing.

use sigv4_reference::sign::{ContentSha256, Payload, Signer};
use sigv4_reference::verify::{StoredKey, Verifier};
use sigv4_reference::{Header, KeyMaterial, Profile, Request, Scope, ScopedKey, Time, Workspace};

/// The vendor's documented example credentials, and the scope of every scene.
pub const ACCESS_KEY_ID: &str = "AKIDEXAMPLE";
/// The secret of the example credentials.
pub const SECRET: &str = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
/// The region of every scene.
pub const REGION: &str = "us-east-1";
/// How long the presigned URLs are valid, in seconds.
pub const EXPIRES: u64 = 3600;

const TIME: &[u8] = b"20150830T123600Z";

/// Where the signature goes.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Placement {
    /// Into the `Authorization` header.
    Header,
    /// Into the query.
    Query,
}

/// A request, and what is needed to sign it.
#[derive(Clone, Debug)]
pub struct Scene {
    /// Its name in every table.
    pub name: &'static str,
    /// The service of its scope.
    pub service: &'static str,
    /// Where its signature goes.
    pub placement: Placement,
    /// How its path becomes canonical.
    pub profile: Profile,
    /// How its body is signed.
    pub payload: Payload<'static>,
    /// Whether it states the payload hash in a header.
    pub content_sha256: ContentSha256,
    method: &'static str,
    target: &'static str,
    headers: &'static [(&'static str, &'static str)],
    body: Vec<u8>,
}

/// All five.
#[must_use]
pub fn scenes() -> Vec<Scene> {
    let generic = Scene {
        name: "get5",
        service: "execute-api",
        placement: Placement::Header,
        profile: Profile::GENERIC,
        payload: Payload::Signed,
        content_sha256: ContentSha256::Absent,
        method: "GET",
        target: "/prod/items?limit=10&page=2",
        headers: GET_HEADERS,
        body: Vec::new(),
    };
    let s3 = Scene {
        service: "s3",
        profile: Profile::S3,
        target: "/photos/2015/august/beach.jpg",
        headers: S3_HEADERS,
        ..generic.clone()
    };
    vec![
        generic.clone(),
        Scene {
            name: "put10",
            method: "PUT",
            target: "/prod/items/42",
            headers: PUT_HEADERS,
            body: vec![b'x'; 1 << 10],
            ..generic
        },
        Scene {
            name: "s3_q8",
            payload: Payload::Unsigned,
            content_sha256: ContentSha256::Header,
            target: LONG_TARGET,
            ..s3.clone()
        },
        Scene {
            name: "presign",
            placement: Placement::Query,
            payload: Payload::Unsigned,
            ..s3.clone()
        },
        Scene {
            name: "put64k",
            method: "PUT",
            content_sha256: ContentSha256::Header,
            body: vec![b'x'; 64 << 10],
            ..s3
        },
    ]
}

/// The time of signing of every scene.
///
/// # Panics
/// Never: the constant is a time.
#[must_use]
pub fn time() -> Time {
    Time::parse(TIME).expect("the constant is a time")
}

impl Scene {
    /// The method, target, headers and body, for peers with their own types.
    #[must_use]
    pub fn parts(&self) -> (&'static str, &'static str, &'static [(&'static str, &'static str)]) {
        (self.method, self.target, self.headers)
    }

    /// The body.
    #[must_use]
    pub fn body(&self) -> &[u8] {
        &self.body
    }

    /// The headers in the type of the reference.
    #[must_use]
    pub fn headers(&self) -> Vec<Header<'static>> {
        let header = |&(name, value): &(&'static str, &'static str)| Header {
            name: name.as_bytes(),
            value: value.as_bytes(),
        };
        self.headers.iter().map(header).collect()
    }

    /// The request with these headers, in the type of the reference.
    #[must_use]
    pub fn request<'a>(&'a self, headers: &'a [Header<'a>]) -> Request<'a> {
        Request {
            method: self.method.as_bytes(),
            target: self.target.as_bytes(),
            headers,
            body: &self.body,
        }
    }

    /// The request as it is sent, with this target and these headers.
    #[must_use]
    pub fn sent<'a>(&'a self, target: &'a [u8], headers: &'a [Header<'a>]) -> Request<'a> {
        Request { target, ..self.request(headers) }
    }

    /// The credential scope at a time.
    ///
    /// # Panics
    /// Never: the constants are a region and a service.
    #[must_use]
    pub fn scope(&self, time: &Time) -> Scope<'static> {
        let scope = Scope::new(time, REGION.as_bytes(), self.service.as_bytes());
        scope.expect("the constants are a region and a service")
    }

    /// The signing key, derived.
    #[must_use]
    pub fn key(&self) -> ScopedKey<'static> {
        ScopedKey::derive(SECRET.as_bytes(), self.scope(&time()))
    }

    /// The reference's signer.
    #[must_use]
    pub fn signer<'a>(&'a self, time: Time, key: &'a ScopedKey<'a>) -> Signer<'a> {
        Signer {
            profile: self.profile,
            payload: self.payload,
            content_sha256: self.content_sha256,
            ..Signer::new(time, ACCESS_KEY_ID.as_bytes(), key)
        }
    }

    /// Signs with the reference; the last digits of the signature keep the work from being
    /// optimised away.
    #[must_use]
    pub fn sign<'w>(
        &self,
        workspace: &'w mut Workspace,
        signer: &Signer<'w>,
        request: &Request<'_>,
    ) -> Option<&'w [u8]> {
        match self.placement {
            Placement::Header => signer.header(workspace, request).ok().map(|s| s.authorization()),
            Placement::Query => {
                signer.query(workspace, request, EXPIRES).ok().map(|signed| signed.target())
            }
        }
    }

    /// The reference's verifier.
    #[must_use]
    pub fn verifier(&self) -> Verifier<'_> {
        Verifier {
            profile: self.profile,
            window_seconds: 300,
            ..Verifier::new(time(), REGION.as_bytes(), self.service.as_bytes())
        }
    }

    /// The request as it is sent: target and headers, including the signature.
    ///
    /// # Panics
    /// If the scene cannot be signed, which would be a bug in it.
    #[must_use]
    pub fn signed(&self) -> (Vec<u8>, Vec<(String, Vec<u8>)>) {
        self.signed_at(time())
    }

    /// The same at another time, for a verifier that reads the clock.
    ///
    /// # Panics
    /// Like [`Scene::signed`].
    #[must_use]
    pub fn signed_at(&self, time: Time) -> (Vec<u8>, Vec<(String, Vec<u8>)>) {
        let key = ScopedKey::derive(SECRET.as_bytes(), self.scope(&time));
        let mut workspace = Workspace::default();
        let headers = self.headers();
        let (signer, request) = (self.signer(time, &key), self.request(&headers));
        let mut sent: Vec<(String, Vec<u8>)> =
            self.headers.iter().map(|(n, v)| ((*n).to_owned(), v.as_bytes().to_vec())).collect();
        match self.placement {
            Placement::Header => {
                let made = signer.header(&mut workspace, &request).expect("a sound scene");
                sent.extend(made.headers().map(|(name, value)| (name.to_owned(), value.to_vec())));
                (self.target.as_bytes().to_vec(), sent)
            }
            Placement::Query => {
                let made = signer.query(&mut workspace, &request, EXPIRES);
                (made.expect("a sound scene").target().to_vec(), sent)
            }
        }
    }
}

/// The headers of a request as it is sent, in the type of the reference.
#[must_use]
pub fn borrowed(headers: &[(String, Vec<u8>)]) -> Vec<Header<'_>> {
    headers.iter().map(|(name, value)| Header { name: name.as_bytes(), value }).collect()
}

/// The keys of every scene's verifier.
#[must_use]
pub fn stored_keys() -> [StoredKey<'static>; 1] {
    [StoredKey {
        access_key_id: ACCESS_KEY_ID.as_bytes(),
        material: KeyMaterial::Secret(SECRET.as_bytes()),
        session_token: None,
        active: true,
    }]
}

const HOST: (&str, &str) = ("Host", "abcdef1234.execute-api.us-east-1.amazonaws.com");

/// With `X-Amz-Date`, five signed headers.
const GET_HEADERS: &[(&str, &str)] = &[
    HOST,
    ("Accept", "application/json"),
    ("Content-Type", "application/json"),
    ("X-Amz-Target", "Example_20150830.ListItems"),
];

/// With `X-Amz-Date`, ten.
const PUT_HEADERS: &[(&str, &str)] = &[
    HOST,
    ("Accept", "application/json"),
    ("Accept-Encoding", "gzip, deflate"),
    ("Cache-Control", "no-cache"),
    ("Content-Length", "1024"),
    ("Content-Type", "application/octet-stream"),
    ("If-Match", "\"9b2cf535f27731c974343645a3985328\""),
    ("X-Amz-Meta-Colour", "light blue"),
    ("X-Amz-Meta-Origin", "camera 7, roof"),
];

const S3_HEADERS: &[(&str, &str)] = &[("Host", "examplebucket.s3.amazonaws.com")];

/// A key of 200 bytes, some of them escaped, and eight parameters that are already in order.
const LONG_TARGET: &str = concat!(
    "/archive/2015/august/Gro%C3%9Fe%20Reise/Tag%2001%20-%20Ankunft%20Meer/raw%20files/",
    "IMG_20150830_123600_Sonnenuntergang_%C3%BCber_der_Bucht_%28Kopie%29/exported/full-size/",
    "version-3/sunset-over-the-bay.tiff",
    "?X-Amz-Optional-Object-Attributes=RestoreStatus",
    "&continuation-token=1ueGcxLPRx1Tr%2FXYExHnhbYLgveDs2J%2Fwm36Hy4vbOwM%3D",
    "&delimiter=%2F",
    "&encoding-type=url",
    "&fetch-owner=true",
    "&max-keys=1000",
    "&prefix=archive%2F2015%2Faugust%2FGro%C3%9Fe%20Reise",
    "&start-after=archive%2F2015%2Faugust%2FA",
);
