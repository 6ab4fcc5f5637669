//! A signed request as it is sent. It is owned, so that a test can change it.

use sigv4_reference::sign::Signer;
use sigv4_reference::verify::{Accepted, KeyStore, Rejection, Verifier};
use sigv4_reference::{Error, Header, Request, Workspace};

#[derive(Clone, Debug)]
pub(crate) struct Sent {
    pub(crate) method: Vec<u8>,
    pub(crate) target: Vec<u8>,
    pub(crate) headers: Vec<(Vec<u8>, Vec<u8>)>,
    pub(crate) body: Vec<u8>,
}

impl Sent {
    /// `request`, signed in header placement.
    pub(crate) fn with_header(signer: &Signer<'_>, request: &Request<'_>) -> Result<Self, Error> {
        let mut workspace = Workspace::default();
        let signature = signer.header(&mut workspace, request)?;
        let mut sent = Self::unsigned(request);
        sent.headers.retain(|(name, _)| !signer.replaces(name));
        let added = signature.headers().map(|(name, value)| (name.into(), value.to_vec()));
        sent.headers.extend(added);
        Ok(sent)
    }

    /// `request`, signed in query placement.
    pub(crate) fn with_query(
        signer: &Signer<'_>,
        request: &Request<'_>,
        expires: u64,
    ) -> Result<Self, Error> {
        let mut workspace = Workspace::default();
        let signature = signer.query(&mut workspace, request, expires)?;
        Ok(Self { target: signature.target().to_vec(), ..Self::unsigned(request) })
    }

    pub(crate) fn verify<'k>(
        &self,
        verifier: &Verifier<'_>,
        keys: &'k impl KeyStore,
    ) -> Result<Accepted<'k>, Rejection> {
        self.borrowed(|request| verifier.verify(&mut Workspace::default(), request, keys))
    }

    pub(crate) fn borrowed<T>(&self, act: impl FnOnce(&Request<'_>) -> T) -> T {
        let headers: Vec<Header<'_>> =
            self.headers.iter().map(|(name, value)| Header { name, value }).collect();
        act(&Request {
            method: &self.method,
            target: &self.target,
            headers: &headers,
            body: &self.body,
        })
    }

    fn unsigned(request: &Request<'_>) -> Self {
        let headers = request.headers.iter();
        Self {
            method: request.method.to_vec(),
            target: request.target.to_vec(),
            headers: headers.map(|header| (header.name.to_vec(), header.value.to_vec())).collect(),
            body: request.body.to_vec(),
        }
    }
}
